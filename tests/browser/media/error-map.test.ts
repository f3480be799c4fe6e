import { describe, expect, it } from 'vitest';
import { ERROR_COLORS, type ErrorKind } from '../../../src/core/error-colors.ts';
import { ErrorMap } from '../../../src/media/stage/error-map.ts';
import type { ComparedMasks } from '../../../src/media/stage/paint-comparison.ts';
import {
  GREY,
  buildFrame,
  buildStyle,
  buildTools,
  maskOf,
  paint,
  VIDEO,
  type StagePixels,
} from './stage-scenes.ts';
import {
  EMPTY,
  LEFT,
  RIGHT,
  HALF_SIZE,
  PLAIN,
  FRACTIONAL,
  styleAt,
  buildPair,
  comparisonOf,
  paintView,
  fullMask,
  everyPixel,
  colourOf,
  blend,
  expectNear,
  worstDifference,
} from './compared-scenes.ts';

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
    // Right outside the left border of the truth, and below the mask's; not in the object's red.
    for (const [x, y] of [
      [10, 30],
      [60, 61],
    ] as const) {
      expectNear(selected.at(x, y), [255, 255, 255, 255], `${x}, ${y}`);
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
