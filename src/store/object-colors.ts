/**
 * Colours for the first objects: far apart from each other, bright enough for a mask's outline on
 * dark and on bright video, none close to the red and green of negative and positive points alone.
 */
const FIRST_COLORS = [
  '#2f9bff',
  '#ff8a1f',
  '#c264ff',
  '#ffd12e',
  '#17c3b2',
  '#ff5fa2',
  '#8bd12f',
  '#6f7bff',
  '#ff6b4a',
  '#37d5ff',
  '#d9a066',
  '#e05cff',
  '#00a878',
  '#ffb3c7',
  '#b5b3ff',
  '#c9e265',
];

const GOLDEN_ANGLE_DEGREES = 137.508;

/** A colour for the object with this number, `#rrggbb`. */
export function colorForObject(id: number): string {
  return FIRST_COLORS[id - 1] ?? hslToHex((id * GOLDEN_ANGLE_DEGREES) % 360, 0.72, 0.6);
}

/** All colours offered in the colour menu. */
export function offeredColors(): readonly string[] {
  return FIRST_COLORS;
}

function hslToHex(hue: number, saturation: number, lightness: number): string {
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    const amplitude = saturation * Math.min(lightness, 1 - lightness);
    const value = lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
