import * as fc from 'fast-check';
import type { Size } from '../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import type { MaskRle } from '../../src/core/rle.ts';
import type { SummarisedMask } from '../../src/protocol/media-api.ts';
import type { MaskAction } from './naive-mask-work.ts';

/** Any mask of a size, from empty and full to one run a pixel. */
export function anyMask({ width, height }: Size): fc.Arbitrary<MaskRle> {
  const pixels = width * height;
  return fc
    .uniqueArray(fc.nat(pixels - 1), { maxLength: Math.min(pixels, 40) })
    .map((positions) => {
      const changes = [...positions.toSorted((a, b) => a - b), pixels];
      const counts = changes.map((position, i) => position - (changes[i - 1] ?? 0));
      return { width, height, counts: Uint32Array.from(counts) };
    });
}

/** Any of a few masks that take much memory: a run a pixel, but for some. */
export function anyLargeMask({ width, height }: Size): fc.Arbitrary<MaskRle> {
  const counts = Array.from({ length: 4 }, (_, i) =>
    Uint32Array.of(...new Uint32Array(width * height - i).fill(1), i),
  );
  return fc.constantFrom(...counts.map((own) => ({ width, height, counts: own })));
}

/** Any mask with any summary, of few objects and frames. */
export function anySummarisedMask(mask: fc.Arbitrary<MaskRle>): fc.Arbitrary<SummarisedMask> {
  const score = fc.double({ noNaN: true });
  return fc.record(
    {
      objectId: fc.integer({ min: 1, max: 3 }).map(objectId),
      frame: fc.constantFrom(0, 1, 2, 200, 70_000).map(frameIndex),
      mask,
      origin: fc.constantFrom('prompt' as const, 'tracked' as const, 'imported' as const),
      predictedIou: score,
      objectScoreLogit: score,
      direction: fc.constantFrom('forward' as const, 'reverse' as const),
      oppositeIou: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: ['objectId', 'frame', 'mask', 'origin'] },
  );
}

/** Anything that can be done with masks and steps; what cannot be done just then does nothing. */
export function anyMaskAction(mask: fc.Arbitrary<MaskRle>): fc.Arbitrary<MaskAction> {
  const frames = fc.subarray([0, 1, 2, 200]);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        masks: fc.array(anySummarisedMask(mask), { maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('compare' as const),
        masks: fc.array(anySummarisedMask(mask), { maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        { kind: fc.constant('remove' as const), object: fc.integer({ min: 1, max: 3 }), frames },
        { requiredKeys: ['kind', 'object'] },
      ),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('begin' as const),
        leftOut: fc.constantFrom(0, 0, 0, 1),
      }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'revert' as const }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'reapply' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('drop' as const), back: fc.nat(4) }),
    },
  );
}
