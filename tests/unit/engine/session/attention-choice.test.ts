import { expect, test } from 'vitest';
import {
  ATTENTION_VARIANTS,
  type AttentionVariant,
  PLAIN_VARIANT,
} from '../../../../src/engine/kernels/cross-attention/attention-variant.ts';
import {
  chooseVariant,
  fastestVariant,
  type VariantRequest,
} from '../../../../src/engine/session/attention-choice.ts';
import type { VariantRate } from '../../../../src/engine/session/attention-rates.ts';

const VARIANTS = ATTENTION_VARIANTS.slice(0, 4);
const [, second = PLAIN_VARIANT, third = PLAIN_VARIANT] = VARIANTS;

/** Rates of variants in GFLOP/s; a text is a fault. */
function ratesOf(found: readonly (number | string)[]): readonly VariantRate[] {
  return found.map((each, at) => {
    const variant = VARIANTS[at] ?? PLAIN_VARIANT;
    return typeof each === 'string'
      ? { variant, fault: each }
      : { variant, gflopPerSecond: each, deviation: 1e-7 };
  });
}

/** A choice with a record that lasts, and how often was measured. */
function choiceLab(rates: readonly (number | string)[]) {
  const keys = new Set<string>();
  let measurements = 0;
  const request: VariantRequest = {
    variants: VARIANTS,
    isSoftware: false,
    checks: {
      hasPassed: (key) => Promise.resolve(keys.has(key)),
      notePass: (key) => Promise.resolve(void keys.add(key)),
    },
    key: 'this device, 4096',
    keyWidth: 256,
    measure: () => {
      measurements++;
      return Promise.resolve(ratesOf(rates));
    },
  };
  return { request, keys, measurements: () => measurements };
}

test('the fastest is taken, and is not measured again', async () => {
  const { request, keys, measurements } = choiceLab([800, 900, 1400, 1300]);
  expect(await chooseVariant(request)).toBe(third);
  expect(await chooseVariant(request)).toBe(third);
  expect(measurements()).toBe(1);
  expect(keys.size).toBe(1);
});

test('that the plain one stays is remembered too', async () => {
  const { request, measurements } = choiceLab([800, 700]);
  expect(await chooseVariant(request)).toBe(PLAIN_VARIANT);
  expect(await chooseVariant(request)).toBe(PLAIN_VARIANT);
  expect(measurements()).toBe(1);
});

test.for([
  ['other extents or another device', { key: 'this device, 1024' }],
  ['queries of another width', { keyWidth: 128 }],
  ['other variants, as another precision has', { variants: ATTENTION_VARIANTS }],
] as const)('what was chosen does not hold for %s', async ([, change]) => {
  const { request, measurements } = choiceLab([800, 900]);
  expect(await chooseVariant(request)).toBe(second);
  await chooseVariant({ ...request, ...change });
  expect(measurements()).toBe(2);
});

test.for([
  ['a software GPU', { isSoftware: true }],
  ['a device that takes the plain one alone', { variants: [PLAIN_VARIANT] }],
] as const)('nothing is measured on %s', async ([, change]) => {
  const { request, measurements } = choiceLab([800, 1400]);
  expect(await chooseVariant({ ...request, ...change })).toBe(PLAIN_VARIANT);
  expect(measurements()).toBe(0);
});

test.for<readonly [string, readonly (number | string)[], AttentionVariant]>([
  ['a gain of less than a twentieth is none', [1000, 1049], PLAIN_VARIANT],
  ['one of a twentieth is', [1000, 1050], second],
  ['a variant that is wrong is never taken', [1000, 'is off by 4 %', 1200], third],
  ['with nothing right beside it the plain one stays', [1000, 'does not compile'], PLAIN_VARIANT],
  ['where nothing was measured the plain one runs', [], PLAIN_VARIANT],
])('%s', ([, rates, expected]) => {
  expect(fastestVariant(ratesOf(rates))).toBe(expected);
});
