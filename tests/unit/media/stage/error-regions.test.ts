import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../../../src/core/geometry.ts';
import { decodeRle, encodeRle, type MaskRle } from '../../../../src/core/rle.ts';
import { commonGrid, layOnGrid } from '../../../../src/media/stage/common-grid.ts';
import { errorRegions, type MaskPair } from '../../../../src/media/stage/error-regions.ts';

const side = fc.integer({ min: 1, max: 9 });
const size = fc.record({ width: side, height: side });

function maskOfSize({ width, height }: Size): fc.Arbitrary<MaskRle> {
  const count = width * height;
  return fc
    .uint8Array({ minLength: count, maxLength: count, max: 1 })
    .map((data) => encodeRle({ width, height, data }));
}

/** Whether the mask, laid over the unit square, covers a point of it. */
function covers(mask: MaskRle | undefined, x: number, y: number): boolean {
  if (mask === undefined) return false;
  const { data, width, height } = decodeRle(mask);
  return data[Math.floor(y * height) * width + Math.floor(x * width)] === 1;
}

/** The middle of each cell of the grid of two sizes, as points of the unit square. */
function* cellCentres(video: Size, other: Size) {
  const middles = (a: number, b: number) => {
    const lines = [
      ...Array.from({ length: a + 1 }, (_, i) => i / a),
      ...Array.from({ length: b + 1 }, (_, i) => i / b),
    ].toSorted((p, q) => p - q);
    return lines.flatMap((line, i) => {
      const next = lines[i + 1] ?? line;
      return next - line > 1e-9 ? [(line + next) / 2] : [];
    });
  };
  for (const x of middles(video.width, other.width)) {
    for (const y of middles(video.height, other.height)) yield { x, y };
  }
}

describe('commonGrid', () => {
  it('has the lines of both sizes, each once, in video pixels', () => {
    const { columns, width, height } = commonGrid({ width: 4, height: 3 }, { width: 3, height: 3 });
    expect([width, height]).toEqual([6, 3]);
    expect([...columns.lines]).toEqual([0, 1, 4 / 3, 2, 8 / 3, 3, 4]);
    expect([...columns.ofVideo]).toEqual([0, 1, 3, 5, 6]);
    expect([...columns.ofOther]).toEqual([0, 2, 4, 6]);
  });

  it('is the finer of two sizes where that is a multiple of the coarser', () => {
    const grid = commonGrid({ width: 8, height: 6 }, { width: 4, height: 2 });
    expect([grid.width, grid.height]).toEqual([8, 6]);
  });

  it('keeps each mask what it is', () => {
    const masks = fc
      .record({ video: size, other: size })
      .chain(({ video, other }) =>
        fc.record({ mask: maskOfSize(video), truth: maskOfSize(other) }),
      );
    fc.assert(
      fc.property(masks, ({ mask, truth }) => {
        const grid = commonGrid(mask, truth);
        const [laidMask, laidTruth] = [
          layOnGrid(mask, grid, 'video'),
          layOnGrid(truth, grid, 'other'),
        ];
        const centres = [...cellCentres(mask, truth)];
        expect(centres.length).toBe(grid.width * grid.height);
        centres.forEach(({ x, y }, cell) => {
          const [column, row] = [Math.floor(cell / grid.height), cell % grid.height];
          const at = [(column + 0.5) / grid.width, (row + 0.5) / grid.height] as const;
          expect(covers(laidMask, ...at)).toBe(covers(mask, x, y));
          expect(covers(laidTruth, ...at)).toBe(covers(truth, x, y));
        });
        for (const laid of [laidMask, laidTruth]) {
          expect(laid).toEqual(encodeRle(decodeRle(laid)));
        }
      }),
    );
  });
});

describe('errorRegions', () => {
  const frames = fc.record({ video: size, truthSize: size }).chain(({ video, truthSize }) =>
    fc.record({
      video: fc.constant(video),
      pairs: fc.array(
        fc.record({
          truth: fc.option(maskOfSize(truthSize), { nil: undefined }),
          mask: fc.option(maskOfSize(video), { nil: undefined }),
        }),
        { maxLength: 4 },
      ),
    }),
  );

  /** By the definition, at one point. */
  function kindAt(pairs: readonly MaskPair[], x: number, y: number) {
    const covered = pairs.map(({ truth, mask }) => [covers(truth, x, y), covers(mask, x, y)]);
    if (covered.some(([isTrue, isMask]) => isMask && !isTrue)) return 'excess';
    if (covered.some(([isTrue, isMask]) => isTrue && !isMask)) return 'missed';
    return covered.some(([isTrue, isMask]) => isTrue && isMask) ? 'right' : 'none';
  }

  it('says of every point what is right, missed and too much, whatever the sizes', () => {
    fc.assert(
      fc.property(frames, ({ video, pairs }) => {
        const { grid, regions } = errorRegions(pairs, video);
        const truth = pairs.find((pair) => pair.truth !== undefined)?.truth;
        let cell = 0;
        for (const { x, y } of cellCentres(video, truth ?? video)) {
          const column = (Math.floor(cell / grid.height) + 0.5) / grid.width;
          const row = ((cell % grid.height) + 0.5) / grid.height;
          const found = (['right', 'missed', 'excess'] as const).filter((kind) =>
            covers(regions[kind], column, row),
          );
          const expected = kindAt(pairs, x, y);
          expect(found).toEqual(expected === 'none' ? [] : [expected]);
          cell++;
        }
        expect(cell).toBe(grid.width * grid.height);
      }),
    );
  });
});
