import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { widenToFloat32 } from '../../../src/engine/checkpoint/widen.ts';
import { toFloat16Bits } from '../../../src/engine/graph/float16.ts';
import { planCrossAttention } from '../../../src/engine/kernels/cross-attention/attention-plan.ts';
import {
  ATTENTION_VARIANTS,
  type AttentionVariant,
  named,
  PLAIN_VARIANT,
} from '../../../src/engine/kernels/cross-attention/attention-variant.ts';
import { crossAttention } from '../../../src/engine/kernels/cross-attention/cross-attention.ts';
import { GpuCrossAttention } from '../../../src/engine/kernels/cross-attention/gpu-cross-attention.ts';
import { whyRefused } from '../../../src/engine/kernels/cross-attention/variant-fit.ts';
import { expectAllClose } from '../../helpers/allclose.ts';
import { attendOnGpu } from '../../helpers/attention-on-gpu.ts';
import { expectNoGpuError, requestAbleDevice } from '../../helpers/gpu-device.ts';
import { type AttentionCase, buildAttention, withRoom } from '../../helpers/naive-attention.ts';

/** As the plain variant's. */
const FLOAT32 = { atol: 3e-6, rtol: 1e-5 };

/** A row's threads, half as many as elsewhere: for subgroups of four, which no variant takes. */
const NARROW = named({ ...subgroups(64), columns: 4 });
const VARIANTS = [...ATTENTION_VARIANTS, NARROW];

function subgroups(keyTile: number): AttentionVariant {
  const found = ATTENTION_VARIANTS.find(
    (each) => each.passing === 'subgroups' && each.keyTile === keyTile,
  );
  if (found === undefined) throw new Error('there is a variant with subgroups');
  return found;
}

let device: GPUDevice;
beforeAll(async () => {
  device = await requestAbleDevice();
});
afterAll(() => device.destroy());

/** What a variant's operands are after it has stored them. */
function asStored(operands: AttentionCase, { storage }: AttentionVariant): AttentionCase {
  if (storage === 'float32') return operands;
  const rounded = (values: Float32Array<ArrayBuffer>) =>
    widenToFloat32('float16', toFloat16Bits(values).buffer) ?? values;
  const { queries, keys, values } = operands;
  return {
    ...operands,
    queries: rounded(queries),
    keys: rounded(keys),
    values: rounded(values),
  };
}

async function attend(operands: AttentionCase, variant: AttentionVariant) {
  using kernel = await GpuCrossAttention.create(device, operands.extents, variant);
  return await expectNoGpuError(device, () => attendOnGpu(device, kernel, operands));
}

/** Skips, and says why, where the device does not take a variant. */
function skipRefused(variant: AttentionVariant, { skip }: TestContext): void {
  const refusal = whyRefused(variant, device);
  skip(refusal !== undefined, `This device does not take it: ${refusal ?? ''}`);
}

// The plain variant has a file of its own.
describe.each(VARIANTS.filter((variant) => variant !== PLAIN_VARIANT))('$name', (variant) => {
  async function expectTwin(operands: AttentionCase) {
    const plan = planCrossAttention(operands.extents, variant);
    const expected = crossAttention(asStored(operands, variant), plan);
    expectAllClose(await attend(operands, variant), expected, FLOAT32);
  }

  // Of a frame of 4 × 4 tokens: one memory with its pointer, and a full bank with all pointers.
  test.for([
    { queries: 130, keys: 129, keyWidth: 64 },
    { queries: 3, keys: 1031, keyWidth: 32 },
    { queries: 16, keys: 16 + 4, keyWidth: 256 },
    { queries: 16, keys: 7 * 16 + 64, keyWidth: 256 },
  ])('equals its twin on %j', async (extents, context) => {
    skipRefused(variant, context);
    await expectTwin(buildAttention(extents, { seed: extents.keys, scale: 0.5 }));
  });

  test('steps over what a bank has room for, whichever threads compute', async (context) => {
    skipRefused(variant, context);
    const operands = buildAttention({ queries: 67, keys: 229, keyWidth: 32 });
    const roomy = withRoom(operands, { pointers: 50, gap: 45, behind: 3 });
    expect(await attend(roomy, variant)).toEqual(await attend(operands, variant));
  });

  test('never weighs a key past the end, however low the others score', async (context) => {
    skipRefused(variant, context);
    const operands = buildAttention({ queries: 66, keys: 37, keyWidth: 32 });
    const queries = operands.queries.map(() => -10);
    const keys = operands.keys.map(() => 10);
    await expectTwin({ ...operands, queries, keys });
  });
});

test('subgroups give to the bit what the plain variant gives', async (context) => {
  const variant = subgroups(PLAIN_VARIANT.keyTile);
  skipRefused(variant, context);
  const operands = buildAttention({ queries: 70, keys: 293, keyWidth: 128 }, { scale: 0.5 });
  expect(await attend(operands, variant)).toEqual(await attend(operands, PLAIN_VARIANT));
});
