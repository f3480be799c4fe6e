import { describe, expect, test } from 'vitest';
import {
  ATTENTION_VARIANTS,
  type AttentionVariant,
  passingCost,
  PLAIN_VARIANT,
  workgroupBytes,
} from '../../../../../src/engine/kernels/cross-attention/attention-variant.ts';
import { attendWgsl } from '../../../../../src/engine/kernels/cross-attention/cross-attention.wgsl.ts';
import {
  checkedVariant,
  usableVariants,
  type VariantHost,
  whyRefused,
} from '../../../../../src/engine/kernels/cross-attention/variant-fit.ts';

/** A device with WebGPU's default limits and nothing else, but for the changes. */
function host({
  features = [],
  subgroupMinSize = 32,
  ...limits
}: {
  readonly features?: readonly string[];
  readonly subgroupMinSize?: number;
  readonly maxComputeWorkgroupStorageSize?: number;
  readonly maxComputeInvocationsPerWorkgroup?: number;
} = {}): VariantHost {
  return {
    features: new Set(features),
    limits: {
      maxComputeWorkgroupStorageSize: 16_384,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupSizeX: 256,
      ...limits,
    },
    adapterInfo: { subgroupMinSize },
  };
}

const ABLE = { features: ['shader-f16', 'subgroups'], maxComputeWorkgroupStorageSize: 32_768 };
const names = (variants: readonly AttentionVariant[]) => variants.map(({ name }) => name);

describe('the text of a variant', () => {
  test.each(ATTENTION_VARIANTS)('$name takes the workgroup memory that is said', (variant) => {
    const bytesOf = { vec4f: 16, vec4h: 8 };
    const code = attendWgsl(256, variant);
    const declared = [...code.matchAll(/var<workgroup> \w+: array<(vec4[fh]), (\d+)>/gu)];
    const bytes = declared.reduce(
      (sum, [, type, length]) =>
        sum + bytesOf[type === 'vec4f' ? 'vec4f' : 'vec4h'] * Number(length),
      code.includes('atomic<u32>') ? 16 : 0,
    );
    expect(workgroupBytes(variant)).toBe(bytes);
    // What most devices grant.
    expect(bytes).toBeLessThanOrEqual(32_768);
  });

  test.each(ATTENTION_VARIANTS)(
    '$name asks for the features that it needs and no others',
    (variant) => {
      const code = attendWgsl(256, variant);
      expect(code.includes('enable f16;')).toBe(variant.storage === 'float16');
      expect(code.includes('enable subgroups;')).toBe(variant.passing === 'subgroups');
      expect(code).not.toMatch(/undefined|NaN|\[object/u);
    },
  );

  test('no two variants have one name', () => {
    expect(new Set(names(ATTENTION_VARIANTS)).size).toBe(ATTENTION_VARIANTS.length);
  });
});

describe('usableVariants', () => {
  test('a device with WebGPU’s defaults takes some beside the plain one', () => {
    expect(names(usableVariants(host(), 'float16'))).toEqual([
      '64 × 32, 128 threads, float32',
      '64 × 64, 128 threads, float32',
      '128 × 64, 128 threads, float32',
    ]);
  });

  test('a device that has it all takes all, where float16 is allowed', () => {
    expect(usableVariants(host(ABLE), 'float16')).toEqual(ATTENTION_VARIANTS);
    const precise = ATTENTION_VARIANTS.filter(({ storage }) => storage === 'float32');
    expect(usableVariants(host(ABLE), 'float32')).toEqual(precise);
  });

  test('says what is missing', () => {
    const refusals = (device: VariantHost) =>
      new Set(ATTENTION_VARIANTS.map((variant) => whyRefused(variant, device)));
    expect(refusals(host())).toContain('no shader-f16');
    expect(refusals(host())).toContain('no subgroups');
    expect(refusals(host())).toContain('needs 20480 bytes of workgroup memory');
    // As SwiftShader's, where a row's threads would not be in one subgroup.
    expect(refusals(host({ ...ABLE, subgroupMinSize: 4 }))).toContain('subgroups narrower than 8');
    expect(refusals(host({ ...ABLE, maxComputeInvocationsPerWorkgroup: 128 }))).toContain(
      'workgroups of at most 128 threads',
    );
  });

  test('a precision is checked with a variant that has it', () => {
    expect(checkedVariant(host(ABLE), 'float32')).toBe(PLAIN_VARIANT);
    expect(checkedVariant(host(ABLE), 'float16').storage).toBe('float16');
    expect(checkedVariant(host(), 'float16')).toBe(PLAIN_VARIANT);
  });
});

test('what passing operands costs, by hand', () => {
  const costOf = (name: string) => {
    const variant = ATTENTION_VARIANTS.find((each) => each.name === name);
    return variant && passingCost(variant, 256);
  };
  // Scores: 4 vectors of queries and 4 of keys for 64 multiply-adds. Values: weights and 2 vectors for 32.
  const plain = costOf('64 × 32, 128 threads, float32');
  expect(plain?.workgroupBytes).toBeCloseTo((256 * (128 / 64) + 64 * (48 / 32)) / 320);
  expect(plain?.shuffles).toBe(0);
  // 8 and 8 vectors for 256, in halves; two of weights in float32 and 2 vectors in halves for 64.
  const wide = costOf('128 × 64, 128 threads, float16');
  expect(wide?.workgroupBytes).toBeCloseTo((256 * (128 / 256) + 64 * (48 / 64)) / 320);
  // 8 vectors of keys for 128, queries as 8 pairs; 2 vectors of values for 32, with 4 weights.
  const passed = costOf('64 × 64, 128 threads, float16, subgroups');
  expect(passed?.workgroupBytes).toBeCloseTo((256 * (64 / 128) + 64 * (16 / 32)) / 320);
  expect(passed?.shuffles).toBeCloseTo((256 * (8 / 128) + 64 * (4 / 32)) / 320);
});
