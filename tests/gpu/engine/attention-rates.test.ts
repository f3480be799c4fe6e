import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type AttentionVariant,
  PLAIN_VARIANT,
} from '../../../src/engine/kernels/cross-attention/attention-variant.ts';
import { usableVariants } from '../../../src/engine/kernels/cross-attention/variant-fit.ts';
import { measureVariants } from '../../../src/engine/session/attention-rates.ts';
import { requestAbleDevice } from '../../helpers/gpu-device.ts';

/** Small, as a software GPU is slow; two tiles of queries, two splits of keys. */
const EXTENTS = { queries: 70, keys: 150, keyWidth: 32 };

let device: GPUDevice;
let variants: readonly AttentionVariant[];
beforeEach(async () => {
  device = await requestAbleDevice();
  variants = usableVariants(device, 'float16');
});
afterEach(() => {
  vi.restoreAllMocks();
  device.destroy();
});

/** Makes the device's compiler see another text of the programs that have a certain one in them. */
function changeShaders(of: string, change: (code: string) => string): void {
  const create = device.createShaderModule.bind(device);
  vi.spyOn(device, 'createShaderModule').mockImplementation((descriptor) => {
    const { code } = descriptor;
    return create({ ...descriptor, code: code.includes(of) ? change(code) : code });
  });
}

test('every variant that the device takes is right, and timed', async () => {
  const rates = await measureVariants(device, EXTENTS, { variants });
  expect(rates.map(({ variant }) => variant)).toEqual(variants);
  expect(variants.length).toBeGreaterThanOrEqual(4);
  for (const { fault, gflopPerSecond } of rates) {
    expect(fault).toBeUndefined();
    expect(gflopPerSecond).toBeGreaterThan(0);
  }
});

test('one that computes wrongly, or does not compile, is told and not timed', async () => {
  const other = variants.find(({ name }) => name.includes('256 threads'));
  if (other === undefined) throw new Error('the device grants what it needs');
  const measure = async () =>
    await measureVariants(device, EXTENTS, { variants: [PLAIN_VARIANT, other] });
  const right = { variant: PLAIN_VARIANT, gflopPerSecond: expect.any(Number), deviation: 0 };

  // Without the rescaling by the running maximum.
  const ofOther = '@workgroup_size(256)';
  changeShaders(ofOther, (code) => code.replace('exp(maximum0 - larger0)', 'vec4f(1.0)'));
  const wrong = { variant: other, fault: expect.stringContaining('is off by') };
  expect(await measure()).toEqual([right, wrong]);

  vi.restoreAllMocks();
  changeShaders(ofOther, (code) => code.replace('fn main(', 'fn main(@builtin(no) no: u32, '));
  const broken = { variant: other, fault: expect.stringContaining('does not compile') };
  expect(await measure()).toEqual([right, broken]);
});

test('leaves no buffer behind', async () => {
  const held = new Set<GPUBuffer>();
  const create = device.createBuffer.bind(device);
  let made = 0;
  vi.spyOn(device, 'createBuffer').mockImplementation((descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    vi.spyOn(buffer, 'destroy').mockImplementation(() => {
      held.delete(buffer);
      destroy();
    });
    held.add(buffer);
    made++;
    return buffer;
  });
  await measureVariants(device, EXTENTS, { variants: variants.slice(0, 2) });
  expect(made).toBeGreaterThan(0);
  expect([...held].map(({ label }) => label)).toEqual([]);
});
