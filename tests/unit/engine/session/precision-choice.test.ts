import { expect, test } from 'vitest';
import {
  choosePrecision,
  type PrecisionRequest,
} from '../../../../src/engine/session/precision-choice.ts';

/** A choice with a record of passed checks, and of what was measured. */
function choiceLab(deviation: number, passed: readonly string[] = []) {
  const keys = new Set(passed);
  let measurements = 0;
  const request: PrecisionRequest = {
    preference: undefined,
    device: { halfPrecision: { isUsable: true, reason: '' } },
    checks: {
      hasPassed: (key) => Promise.resolve(keys.has(key)),
      notePass: (key) => Promise.resolve(void keys.add(key)),
    },
    key: 'this model here',
    measure: () => {
      measurements++;
      return Promise.resolve(deviation);
    },
  };
  return { request, keys, measurements: () => measurements };
}

test('a checkpoint that stays close takes float16, and is not measured again', async () => {
  const { request, keys, measurements } = choiceLab(0.004);
  expect(await choosePrecision(request)).toEqual({ precision: 'fp16', notices: [] });
  expect([...keys]).toEqual(['this model here']);
  expect(await choosePrecision(request)).toEqual({ precision: 'fp16', notices: [] });
  expect(measurements()).toBe(1);
});

test.for([
  [
    0.034,
    'This checkpoint runs in float32: float16 would change its features by 3.4 % on this device.',
  ],
  [NaN, 'This checkpoint runs in float32: float16 gives numbers too large for it on this device.'],
  [
    Infinity,
    'This checkpoint runs in float32: float16 gives numbers too large for it on this device.',
  ],
] as const)('one that is off by %d stays in float32 and says so', async ([deviation, notice]) => {
  const { request, keys } = choiceLab(deviation);
  expect(await choosePrecision(request)).toEqual({ precision: 'fp32', notices: [notice] });
  expect(keys.size).toBe(0);
});

test.for([
  ['asked for', { preference: 'fp32' }],
  ['all that the device has', { device: { halfPrecision: { isUsable: false, reason: '' } } }],
  ['all that is known of the device', { device: {} }],
] as const)('where float32 is %s nothing is measured', async ([, change]) => {
  const { request, measurements } = choiceLab(0, ['this model here']);
  const choice = await choosePrecision({ ...request, ...change });
  expect(choice).toEqual({ precision: 'fp32', notices: [] });
  expect(measurements()).toBe(0);
});
