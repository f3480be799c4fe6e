import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mostSplits,
  planCrossAttention,
} from '../../../../../src/engine/kernels/cross-attention/attention-plan.ts';
import {
  ATTENTION_VARIANTS,
  PLAIN_VARIANT,
} from '../../../../../src/engine/kernels/cross-attention/attention-variant.ts';
import { crossAttention } from '../../../../../src/engine/kernels/cross-attention/cross-attention.ts';
import {
  attendWgsl,
  MERGE_WGSL,
} from '../../../../../src/engine/kernels/cross-attention/cross-attention.wgsl.ts';
import { expectAllClose } from '../../../../helpers/allclose.ts';
import {
  type AttentionCase,
  buildAttention,
  buildWholeAttention,
  naiveAttention,
  withRoom,
} from '../../../../helpers/naive-attention.ts';

const ROUNDED = { atol: 1e-7, rtol: 1e-6 };

const extentsArbitrary = fc.record({
  queries: fc.integer({ min: 1, max: 9 }),
  keys: fc.integer({ min: 1, max: 300 }),
  keyWidth: fc.constantFrom(16, 48),
});

function attend(operands: AttentionCase, tilesPerSplit?: number) {
  const plan = planCrossAttention(operands.extents);
  if (tilesPerSplit === undefined) return crossAttention(operands, plan);
  const keysPerSplit = tilesPerSplit * PLAIN_VARIANT.keyTile;
  const splits = Math.ceil(plan.keys / keysPerSplit);
  return crossAttention(operands, { ...plan, splits, keysPerSplit });
}

describe('crossAttention', () => {
  test('is the softmax of the definition, however the keys are split', () => {
    fc.assert(
      fc.property(
        extentsArbitrary,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(0.1, 1, 5),
        (extents, tilesPerSplit, scale) => {
          const operands = buildAttention(extents, { seed: extents.keys, scale });
          expectAllClose(attend(operands, tilesPerSplit), naiveAttention(operands), ROUNDED);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('does not care for the order of the keys', () => {
    const { queries, keys, values, ...rest } = buildAttention({
      queries: 3,
      keys: 200,
      keyWidth: 16,
    });
    const reversed = (rows: Float32Array<ArrayBuffer>, width: number) =>
      rows.map((_, i) => {
        const row = rows.length / width - 1 - Math.floor(i / width);
        return rows[row * width + (i % width)] ?? NaN;
      });
    const turned = { ...rest, queries, keys: reversed(keys, 16), values: reversed(values, 64) };
    expectAllClose(attend(turned), attend({ ...rest, queries, keys, values }), ROUNDED);
  });

  test('gives the same numbers from a bank with room for more, whatever is in the room', () => {
    const counts = fc.nat({ max: 80 });
    fc.assert(
      fc.property(extentsArbitrary, counts, counts, counts, (extents, gap, behind, pointers) => {
        const operands = buildAttention(extents, { seed: extents.keys });
        const roomy = withRoom(operands, {
          gap,
          behind,
          pointers: Math.min(pointers, extents.keys),
        });
        expect(attend(roomy)).toEqual(attend(operands));
      }),
      { numRuns: 40 },
    );
  });

  test('gives the only value there is', () => {
    const one = buildAttention({ queries: 5, keys: 1, keyWidth: 16 }, { scale: 30 });
    expectAllClose(
      attend(one),
      Float32Array.from({ length: 5 * 64 }, (_, i) => one.values[i % 64] ?? NaN),
    );
  });

  test('takes the mean where all keys are equal', () => {
    const { values, ...rest } = buildAttention({ queries: 2, keys: 131, keyWidth: 16 });
    const equal = { ...rest, values, keys: rest.keys.map((_, i) => rest.keys[i % 16] ?? NaN) };
    const means = Float64Array.from({ length: 2 * 64 }, (_, i) => {
      let sum = 0;
      for (let key = 0; key < 131; key++) sum += values[key * 64 + (i % 64)] ?? NaN;
      return sum / 131;
    });
    expectAllClose(attend(equal), means, ROUNDED);
  });

  test('keeps its digits with scores in the thousands', () => {
    const large = buildWholeAttention({ queries: 4, keys: 500, keyWidth: 256 }, 9);
    const attended = attend(large);
    expectAllClose(attended, naiveAttention(large), ROUNDED);
    expect(attended.every(Number.isFinite)).toBe(true);
  });

  test('refuses operands that are not of the extents', () => {
    const operands = buildAttention({ queries: 2, keys: 3, keyWidth: 16 });
    const plan = planCrossAttention({ queries: 2, keys: 4, keyWidth: 16 });
    expect(() => crossAttention(operands, plan)).toThrow('another number of keys');
    const rows = { memories: 2, pointersFrom: 2, pointers: 2 };
    expect(() => crossAttention({ ...operands, rows }, plan)).toThrow('are not in 3');
    const short = { ...operands, keys: operands.keys.subarray(16) };
    expect(() => crossAttention(short, plan)).toThrow('a key for each value');
  });
});

describe('planCrossAttention', () => {
  test('a full bank at 1024, by hand', () => {
    const keys = 7 * 4096 + 16 * 4;
    const plan = planCrossAttention({ queries: 4096, keys, keyWidth: 256 });
    // 64 tiles of queries; 898 tiles of keys, 113 for each of 8 splits.
    expect(plan).toMatchObject({ splits: 8, keysPerSplit: 113 * 32, workgroups: [64, 8] });
    expect(plan.scratchBytes).toBe(8 * 4096 * 66 * 4);
    expect(plan.flop).toBe(2 * 4096 * 28_736 * (256 + 64));
    expect(plan.leastBytes).toBe(4 * (4096 * 256 + 28_736 * 320 + 4096 * 64));
    expect(plan.bytes).toBe(plan.leastBytes + 2 * plan.scratchBytes);
    const [queryBytes, keyBytes] = [898 * 4096 * 256 * 4, 64 * 28_736 * 320 * 4];
    expect(plan.requestedBytes).toBe(queryBytes + keyBytes + 4096 * 64 * 4 + 2 * 8 * 4096 * 66 * 4);
  });

  test('every key is in one split, and no split is empty', () => {
    const any = fc.record({
      queries: fc.integer({ min: 1, max: 5000 }),
      keys: fc.integer({ min: 1, max: 40_000 }),
      keyWidth: fc.constant(256),
    });
    fc.assert(
      fc.property(any, fc.constantFrom(...ATTENTION_VARIANTS), (extents, variant) => {
        const { splits, keysPerSplit, workgroups } = planCrossAttention(extents, variant);
        expect(splits * keysPerSplit).toBeGreaterThanOrEqual(extents.keys);
        expect((splits - 1) * keysPerSplit).toBeLessThan(extents.keys);
        expect(keysPerSplit % variant.keyTile).toBe(0);
        // What the kernel's scratch is made for before any key is there.
        expect(splits).toBeLessThanOrEqual(mostSplits(extents.queries, variant.queryTile));
        expect(workgroups[0] * variant.queryTile).toBeGreaterThanOrEqual(extents.queries);
      }),
    );
  });

  test('refuses what the kernel cannot take', () => {
    const extents = { queries: 1, keys: 1, keyWidth: 16 };
    expect(() => planCrossAttention({ ...extents, keys: 0 })).toThrow('keys must be');
    expect(() => planCrossAttention({ ...extents, queries: 1.5 })).toThrow('queries must be');
    expect(() => planCrossAttention({ ...extents, keyWidth: 24 })).toThrow('multiple of 16');
  });
});

test('the plain variant stays within what every device has', () => {
  const code = attendWgsl(256, PLAIN_VARIANT);
  const bytes = [...code.matchAll(/var<workgroup> \w+: array<vec4f, (\d+)>/gu)].reduce(
    (sum, [, length]) => sum + 16 * Number(length),
    0,
  );
  expect(bytes).toBe(10 * 1024);
  expect(MERGE_WGSL).not.toContain('workgroup>');
  expect(code + MERGE_WGSL).not.toMatch(/enable|subgroup|f16/u);
});
