import { describe, expect, it } from 'vitest';
import { ERROR_COLORS, type ErrorKind } from '../../../src/core/error-colors.ts';
import type { Size } from '../../../src/core/geometry.ts';
import { decodeRle, encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { ErrorMap } from '../../../src/media/stage/error-map.ts';
import type { ComparedMasks, Comparison } from '../../../src/media/stage/paint-comparison.ts';
import type { CompareView, StageStyle } from '../../../src/protocol/media-api.ts';
import {
  buildFrame,
  buildStyle,
  buildTools,
  GREY,
  maskOf,
  paint,
  VIDEO,
  type Colour,
  type StagePixels,
} from './stage-scenes.ts';

const EMPTY = ['........', '........', '........', '........', '........', '........'];
const LEFT = maskOf('........', '.####...', '.####...', '.####...', '........', '........');
const RIGHT = maskOf('........', '........', '...####.', '...####.', '...####.', '........');
/** `RIGHT` at half the size would need half pixels; this is columns 2 to 5, rows 2 and 3. */
const HALF_SIZE = maskOf('....', '.##.', '....');
const AT_FULL_SIZE = maskOf('........', '........', '..####..', '..####..', '........', '........');

/** A video pixel is a device pixel. */
const PLAIN = { scale: 1, offsetX: 0, offsetY: 0 };
const FRACTIONAL = { scale: 2.3, offsetX: 0.37, offsetY: 1.61 };

function styleAt(viewport: StageStyle['viewport'], fields: Partial<StageStyle> = {}): StageStyle {
  return buildStyle({ viewport, size: { width: 24, height: 20 }, ...fields });
}

interface PairFields {
  readonly truth?: MaskRle;
  readonly mask?: MaskRle;
  readonly color?: string;
  readonly isSelected?: boolean;
}

function buildPair(fields: PairFields): ComparedMasks {
  const { truth, mask, color = '#ff0000', isSelected = false } = fields;
  return { truth, mask, object: { color, isSelected } };
}

function comparisonOf(view: CompareView, pairs: readonly ComparedMasks[], wipe = 0): Comparison {
  return { view, wipe, pairs };
}

/** The compared objects' own masks, as the stage draws them without a comparison. */
function masksOf(pairs: readonly ComparedMasks[]) {
  return pairs.flatMap(({ object, mask }) => (mask === undefined ? [] : [{ object, mask }]));
}

function paintView(
  view: CompareView,
  pairs: readonly ComparedMasks[],
  style: StageStyle,
): StagePixels {
  return paint({ style, masks: masksOf(pairs), comparison: comparisonOf(view, pairs) });
}

function fullMask({ width, height }: Size): MaskRle {
  return encodeRle({ width, height, data: new Uint8Array(width * height).fill(1) });
}

function everyPixel(colour: Colour): readonly Colour[] {
  return Array.from({ length: VIDEO.width * VIDEO.height }, () => colour);
}

function colourOf(hex: string): Colour {
  const at = (i: number) => Number.parseInt(hex.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}

function blend(over: Colour, opacity: number): number[] {
  return [...over.map((value, i) => value * opacity + (GREY[i] ?? 0) * (1 - opacity)), 255];
}

function expectNear(actual: readonly number[], expected: readonly number[], where: string) {
  const text = `${where}: ${actual.join()} for ${expected.join()}`;
  expect(worstDifference(actual, expected), text).toBeLessThanOrEqual(2);
}

function worstDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Infinity))));
}

const LETTERS: Readonly<Record<string, ErrorKind>> = { r: 'right', m: 'missed', x: 'excess' };

/** Expects the map of `r`, `m`, `x` and `.`, each video pixel being `scale` device pixels wide. */
function expectErrors({ at }: StagePixels, rows: readonly string[], { scale = 1, opacity = 0.75 }) {
  rows.forEach((row, y) =>
    row.split('').forEach((letter, x) => {
      const kind = LETTERS[letter];
      const expected =
        kind === undefined ? [...GREY, 255] : blend(colourOf(ERROR_COLORS[kind]), opacity);
      for (let dy = 0; dy < scale; dy++) {
        for (let dx = 0; dx < scale; dx++) {
          expectNear(at(x * scale + dx, y * scale + dy), expected, `${x}, ${y} of ${letter}`);
        }
      }
    }),
  );
}

describe('the error map', () => {
  const ERRORS = ['........', '.mmmm...', '.mmrrxx.', '.mmrrxx.', '...xxxx.', '........'];

  it.each([1, 3, 4])('is exact to the pixel at scale %i', (scale) => {
    const pairs = [buildPair({ truth: LEFT, mask: RIGHT })];
    const size = { width: 40, height: 30 };
    const style = styleAt({ scale, offsetX: 0, offsetY: 0 }, { size });
    expectErrors(paintView('errors', pairs, style), ERRORS, { scale });
  });

  it('is raised above the opacity of fills, up to theirs', () => {
    const pairs = [buildPair({ truth: LEFT, mask: RIGHT })];
    for (const [fillOpacity, opacity] of [
      [0, 0.5],
      [0.5, 0.75],
      [1, 1],
    ] as const) {
      const pixels = paintView('errors', pairs, styleAt(PLAIN, { fillOpacity }));
      expectErrors(pixels, ERRORS, { opacity });
    }
  });

  it('shows an object that is on one side only', () => {
    const truthAlone = paintView('errors', [buildPair({ truth: LEFT })], styleAt(PLAIN));
    expectErrors(truthAlone, ['........', '.mmmm...', '.mmmm...', '.mmmm...'], {});
    const maskAlone = paintView('errors', [buildPair({ mask: LEFT })], styleAt(PLAIN));
    expectErrors(maskAlone, ['........', '.xxxx...', '.xxxx...', '.xxxx...'], {});
    expectErrors(paintView('errors', [buildPair({})], styleAt(PLAIN)), EMPTY, {});
  });

  it('compares each object by itself, and shows errors above what is right', () => {
    // The first object's mask claims two columns of the second, whose own mask is right.
    const first = buildPair({
      truth: maskOf('##......', '##......', ...EMPTY.slice(2)),
      mask: maskOf('####....', '####....', ...EMPTY.slice(2)),
    });
    const right = maskOf('..##....', '..##....', ...EMPTY.slice(2));
    const second = buildPair({ truth: right, mask: right, color: '#00ff00' });
    // The third lacks a column that the first claims, too: too much goes before missed.
    const third = buildPair({
      truth: maskOf('...##...', '........', ...EMPTY.slice(2)),
      color: '#0000ff',
    });
    for (const pairs of [
      [first, second, third],
      [third, second, first],
    ]) {
      const pixels = paintView('errors', pairs, styleAt(PLAIN));
      expectErrors(pixels, ['rrxxm...', 'rrxx....', '........'], {});
    }
  });

  it('takes swapped objects for wrong everywhere', () => {
    const a = maskOf('##......', ...EMPTY.slice(1));
    const b = maskOf('..##....', ...EMPTY.slice(1));
    const pairs = [buildPair({ truth: a, mask: b }), buildPair({ truth: b, mask: a })];
    expectErrors(paintView('errors', pairs, styleAt(PLAIN)), ['xxxx....', '........'], {});
  });

  it('lays a truth of half the size over all of the clip', () => {
    const pairs = [buildPair({ truth: HALF_SIZE, mask: LEFT })];
    const rows = ['........', '.xxxx...', '.xrrrm..', '.xrrrm..', '........', '........'];
    expectErrors(paintView('errors', pairs, styleAt(PLAIN)), rows, {});
  });

  it('gives a pixel of an odd size exactly its share', () => {
    // A pixel of the truth is 4/3 by 3/2 of the clip's, and so 16 by 18 device pixels.
    const truth = maskOf('......', '.#....', '......', '......');
    const mask = maskOf('........', '.#......', '........', '........', '........', '........');
    const size = { width: 100, height: 80 };
    const { at } = paintView(
      'errors',
      [buildPair({ truth, mask })],
      styleAt({ scale: 12, offsetX: 0, offsetY: 0 }, { size }),
    );
    const kindAt = (x: number, y: number): ErrorKind | undefined => {
      const isTrue = x >= 16 && x < 32 && y >= 18 && y < 36;
      const isMask = x >= 12 && x < 24 && y >= 12 && y < 24;
      if (isTrue && isMask) return 'right';
      if (isTrue) return 'missed';
      return isMask ? 'excess' : undefined;
    };
    for (let y = 0; y < 48; y++) {
      for (let x = 0; x < 48; x++) {
        const kind = kindAt(x, y);
        const expected =
          kind === undefined ? [...GREY, 255] : blend(colourOf(ERROR_COLORS[kind]), 0.75);
        expectNear(at(x, y), expected, `${x}, ${y}`);
      }
    }
  });

  it.each([
    ['of the same size', LEFT],
    ['of half the size', HALF_SIZE],
    ['of an odd size', maskOf('.#.##', '###..', '.....', '..##.')],
  ])('lets nothing shine through between regions at fractional scales: truth %s', (_, truth) => {
    // The second object is right everywhere, so that every point is in some region, and the frame
    // below must not be told.
    const pairs = [
      buildPair({ truth, mask: RIGHT }),
      buildPair({ truth: fullMask(truth), mask: fullMask(RIGHT) }),
    ];
    const paintOn = (level: number) =>
      paint({
        style: styleAt(FRACTIONAL, { fillOpacity: 1 }),
        frame: buildFrame({ pixels: everyPixel([level, level, level]) }),
        comparison: comparisonOf('errors', pairs),
      });
    const [onBlack, onWhite] = [paintOn(0), paintOn(255)];
    let worst = 0;
    for (let y = 2; y < 15; y++) {
      for (let x = 1; x < 18; x++) {
        worst = Math.max(worst, worstDifference(onBlack.at(x, y), onWhite.at(x, y)));
      }
    }
    // Of 255; the browser places edges in steps of a fraction of a pixel. Regions painted over
    // each other would come to 64.
    expect(worst).toBeLessThanOrEqual(8);
  });

  it('keeps to the frame', () => {
    const { at } = paintView('errors', [buildPair({ truth: fullMask(VIDEO) })], buildStyle());
    expect(at(3, 20)).toEqual([0, 0, 0, 0]);
    expect(at(36, 20)).toEqual([0, 0, 0, 0]);
    expectNear(at(4, 8), blend(colourOf(ERROR_COLORS.missed), 0.75), 'the corner');
  });

  it('goes on fitting when the stage becomes another size', () => {
    const tools = buildTools();
    const pairs = [buildPair({ truth: LEFT, mask: RIGHT })];
    for (const scale of [4, 1, 2]) {
      const size = { width: 8 * scale, height: 6 * scale };
      const style = styleAt({ scale, offsetX: 0, offsetY: 0 }, { size });
      const pixels = paint({ style, comparison: comparisonOf('errors', pairs) }, tools);
      expectErrors(pixels, ERRORS, { scale });
    }
  });

  it('emphasises the selected object around its masks, hiding nothing of them', () => {
    const plainPair = buildPair({ truth: LEFT, mask: RIGHT });
    const selectedPair = buildPair({ truth: LEFT, mask: RIGHT, isSelected: true });
    const size = { width: 100, height: 80 };
    const style = styleAt({ scale: 12, offsetX: 0, offsetY: 0 }, { size, outlineWidth: 2 });
    const plain = paintView('errors', [plainPair], style);
    const selected = paintView('errors', [selectedPair], style);
    expectErrors(plain, ERRORS, { scale: 12 });
    const inside = ERRORS.map((row) => row.replaceAll('.', ' '));
    inside.forEach((row, y) =>
      row.split('').forEach((letter, x) => {
        if (letter === ' ') return;
        for (const [dx, dy] of [
          [0, 0],
          [11, 0],
          [0, 11],
          [11, 11],
        ] as const) {
          const [left, top] = [x * 12 + dx, y * 12 + dy];
          expect(selected.at(left, top), `${x}, ${y}`).toEqual(plain.at(left, top));
        }
      }),
    );
    // Right outside the left border of the truth, and below the mask's.
    for (const [x, y] of [
      [10, 30],
      [60, 61],
    ] as const) {
      expectNear(selected.at(x, y), [255, 0, 0, 255], `${x}, ${y}`);
    }
    const bare = paintView('errors', [selectedPair], { ...style, outlineWidth: 0 });
    expectErrors(bare, ERRORS, { scale: 12 });
  });
});

describe('the paths of error maps', () => {
  function mapOf(map: ErrorMap, pairs: readonly ComparedMasks[]) {
    const tools = { ...buildTools(), errorMap: map };
    paint({ style: styleAt(PLAIN), comparison: comparisonOf('errors', pairs) }, tools);
    return map.keptCorners;
  }

  it('are kept for the same masks, and told from those of others', () => {
    const map = new ErrorMap();
    const once = mapOf(map, [buildPair({ truth: LEFT, mask: RIGHT })]);
    expect(once).toBeGreaterThan(0);
    expect(mapOf(map, [buildPair({ truth: LEFT, mask: RIGHT })])).toBe(once);
    expect(mapOf(map, [buildPair({ truth: RIGHT, mask: LEFT })])).toBe(2 * once);
    expect(mapOf(map, [buildPair({ truth: LEFT })])).toBeGreaterThan(2 * once);
  });

  it('are let go of beyond the limit', () => {
    const map = new ErrorMap(30);
    for (let i = 0; i < 5; i++) {
      const copy = { ...LEFT };
      expect(mapOf(map, [buildPair({ truth: copy, mask: RIGHT })])).toBeLessThanOrEqual(60);
    }
  });
});

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
