import { describe, expect, it } from 'vitest';
import { decodeRle } from '../../../src/core/rle.ts';
import { GREY, buildFrame, paint, type StagePixels } from './stage-scenes.ts';
import {
  LEFT,
  RIGHT,
  HALF_SIZE,
  AT_FULL_SIZE,
  PLAIN,
  FRACTIONAL,
  styleAt,
  buildPair,
  comparisonOf,
  masksOf,
  paintView,
  everyPixel,
  expectNear,
} from './compared-scenes.ts';

describe('the truth in place of the masks', () => {
  const style = styleAt(FRACTIONAL, { outlineWidth: 1 });

  it('looks as masks do, and hides them', () => {
    for (const isSelected of [false, true]) {
      const pair = buildPair({ truth: LEFT, mask: RIGHT, isSelected });
      const asMask = paint({ style, masks: [{ object: pair.object, mask: LEFT }] });
      expect(paintView('truth', [pair], style).data).toEqual(asMask.data);
    }
  });

  it('is laid over all of the clip where its size is another', () => {
    const pair = buildPair({ truth: HALF_SIZE });
    const asMask = paint({ style, masks: [{ object: pair.object, mask: AT_FULL_SIZE }] });
    expect(paintView('truth', [pair], style).data).toEqual(asMask.data);
  });

  it('shows nothing of an object without truth on the frame', () => {
    expect(paintView('truth', [buildPair({ mask: LEFT })], style).data).toEqual(
      paint({ style }).data,
    );
  });
});

describe('outlines', () => {
  const size = { width: 400, height: 300 };
  const viewport = { scale: 40, offsetX: 0, offsetY: 0 };
  const style = styleAt(viewport, { size, outlineWidth: 2 });

  /** What a line of pixels holds: `#` the object's colour, `-` the dark line, `.` anything else. */
  function read(
    pixels: StagePixels,
    from: number,
    to: number,
    place: (i: number) => [number, number],
  ) {
    return Array.from({ length: to - from }, (_, i) => {
      const [red = 0, green = 0, blue = 0] = pixels.at(...place(from + i));
      if (red > 200 && green < 60) return '#';
      return Math.max(red, green, blue) < 100 ? '-' : '.';
    }).join('');
  }

  it('are solid for masks and dashed for the truth, without fills', () => {
    const pixels = paintView('outlines', [buildPair({ truth: LEFT, mask: RIGHT })], style);
    // The truth's left side is at x = 1, the mask's right side at x = 7; away from corners.
    const truthSide = read(pixels, 50, 150, (y) => [40, y]);
    expect(truthSide).toMatch(/#{5,6}-{3,4}#{5,6}-{3,4}/);
    expect(truthSide).not.toContain('.');
    expect(read(pixels, 90, 190, (y) => [280, y])).toBe('#'.repeat(100));
    // The middle of the truth, of the mask and of both.
    for (const [x, y] of [
      [80, 60],
      [240, 180],
      [140, 110],
    ] as const) {
      expect(pixels.at(x, y), `${x}, ${y}`).toEqual([...GREY, 255]);
    }
  });

  it.each([
    ['white', [255, 255, 255]],
    ['black', [0, 0, 0]],
    ['the colour of the object', [255, 0, 0]],
  ] as const)('can be read on %s', (_, colour) => {
    const pairs = [buildPair({ truth: LEFT, mask: RIGHT })];
    const picture = paint({
      style,
      frame: buildFrame({ pixels: everyPixel(colour) }),
      masks: masksOf(pairs),
      comparison: comparisonOf('outlines', pairs),
    });
    // Across the mask's right side: the colour between two dark lines.
    expect(read(picture, 274, 286, (x) => [x, 140])).toMatch(/-#+-/);
    expect(read(picture, 50, 150, (y) => [40, y])).toMatch(/#+-+#+-+#/);
  });

  it('show the truth’s dashes where both are the same', () => {
    const pixels = paintView('outlines', [buildPair({ truth: LEFT, mask: LEFT })], style);
    const side = Array.from({ length: 100 }, (_, i) => pixels.at(40, 50 + i)[0] ?? 0);
    expect(side.filter((red) => red > 200).length).toBeGreaterThan(40);
    expect(side.filter((red) => red < 120).length).toBeGreaterThan(20);
  });

  it('are drawn though masks have none', () => {
    const pixels = paintView('outlines', [buildPair({ truth: LEFT, mask: RIGHT })], {
      ...style,
      outlineWidth: 0,
    });
    // A line of one pixel that lies half on each of two; dashes leave out some.
    const redness = (x: number) =>
      Array.from({ length: 12 }, (_, i) => {
        const [red = 0, green = 0] = pixels.at(x, 120 + i);
        return red - green;
      });
    expect(Math.min(...redness(280))).toBeGreaterThan(90);
    expect(Math.max(...redness(40))).toBeGreaterThan(90);
    expect(Math.min(...redness(40))).toBeLessThan(10);
  });

  it('are stronger for the selected object, on both sides', () => {
    const widthsOf = (isSelected: boolean) => {
      const pair = buildPair({ truth: LEFT, mask: RIGHT, isSelected });
      const pixels = paintView('outlines', [pair], style);
      const across = (x: number, y: number) =>
        read(pixels, x - 8, x + 8, (at) => [at, y]).replaceAll(/[^#]/g, '').length;
      const truthSide = Math.max(...Array.from({ length: 30 }, (_, i) => across(40, 60 + i)));
      return { truth: truthSide, mask: across(280, 140) };
    };
    const [plain, selected] = [widthsOf(false), widthsOf(true)];
    expect(plain).toEqual({ truth: 2, mask: 2 });
    expect(selected.truth).toBeGreaterThanOrEqual(3);
    expect(selected.mask).toBeGreaterThanOrEqual(3);
  });
});

describe('the wipe', () => {
  const pairs = [
    buildPair({ truth: LEFT, mask: RIGHT, isSelected: true }),
    buildPair({ truth: AT_FULL_SIZE, color: '#00ff00' }),
    buildPair({ mask: LEFT, color: '#0000ff' }),
  ];

  describe.each(['truth', 'outlines', 'errors'] as const)('in the view %s', (view) => {
    it.each([
      ['at scale 1', PLAIN, 4],
      ['at a fractional scale', FRACTIONAL, 10],
    ] as const)('parts two pictures at a whole column, %s', (_, viewport, column) => {
      const style = styleAt(viewport, { outlineWidth: 1 });
      const paintAt = (wipe: number) =>
        paint({ style, masks: masksOf(pairs), comparison: comparisonOf(view, pairs, wipe) });
      const masksAlone = paint({ style, masks: masksOf(pairs) });
      const everywhere = paintAt(0);
      expect(everywhere.data).not.toEqual(masksAlone.data);
      expect(paintAt(1).data).toEqual(masksAlone.data);
      const half = paintAt(0.5);
      for (let y = 0; y < half.height; y++) {
        for (let x = 0; x < half.width; x++) {
          const whole = x < column ? masksAlone : everywhere;
          expectNear(half.at(x, y), whole.at(x, y), `${x}, ${y}`);
        }
      }
    });
  });

  it('may lie outside of the stage', () => {
    const style = styleAt({ scale: 8, offsetX: -40, offsetY: 0 });
    const paintAt = (wipe: number) =>
      paint({ style, masks: masksOf(pairs), comparison: comparisonOf('errors', pairs, wipe) });
    expect(paintAt(0.25).data).toEqual(paintAt(0).data);
    const far = styleAt({ scale: 8, offsetX: 10, offsetY: 0 });
    const masksAlone = paint({ style: far, masks: masksOf(pairs) });
    const beyond = paint({
      style: far,
      masks: masksOf(pairs),
      comparison: comparisonOf('errors', pairs, 0.75),
    });
    expect(beyond.data).toEqual(masksAlone.data);
  });
});

it('the fixtures show what their names say', () => {
  expect(decodeRle(HALF_SIZE).data.reduce((sum, value) => sum + value, 0) * 4).toBe(
    decodeRle(AT_FULL_SIZE).data.reduce((sum, value) => sum + value, 0),
  );
});
