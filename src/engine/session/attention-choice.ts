import { sha256OfBlob } from '../../core/sha256.ts';
import {
  type AttentionVariant,
  PLAIN_VARIANT,
} from '../kernels/cross-attention/attention-variant.ts';
import { attendWgsl, MERGE_WGSL } from '../kernels/cross-attention/cross-attention.wgsl.ts';
import type { VariantRate } from './attention-rates.ts';
import type { PassedChecks } from './checked-device.ts';

/** What the choice of a kernel's variant is made by. */
export interface VariantRequest {
  /** Those that the device takes and the model's precision allows, the plain one first. */
  readonly variants: readonly AttentionVariant[];
  /** Whether the GPU is a software one, whose times say nothing. */
  readonly isSoftware: boolean;
  readonly checks: PassedChecks;
  /** Of the device and the attention's extents. */
  readonly key: string;
  /** Channels of a query and a key. */
  readonly keyWidth: number;
  readonly measure: () => Promise<readonly VariantRate[]>;
}

/** As fast as what takes the plain variant's place must be; below that its own digits are worth more. */
const LEAST_GAIN = 1.05;

/**
 * Chooses the fastest variant, measured on the device once a week, or the plain one where no other is faster
 * by a margin.
 * @throws StudioError as the measurement does
 */
export async function chooseVariant(request: VariantRequest): Promise<AttentionVariant> {
  const { variants, isSoftware, checks, measure } = request;
  if (isSoftware || variants.length === 1) return PLAIN_VARIANT;
  const key = `${request.key}|${await textsDigest(request)}`;
  for (const variant of variants) {
    if (await checks.hasPassed(`${key}|${variant.name}`)) return variant;
  }
  const chosen = fastestVariant(await measure());
  await checks.notePass(`${key}|${chosen.name}`);
  return chosen;
}

/** The fastest of measured variants that is worth it. */
export function fastestVariant(rates: readonly VariantRate[]): AttentionVariant {
  const rateOf = ({ gflopPerSecond = 0 }: VariantRate) => gflopPerSecond;
  const plain = rates.find(({ variant }) => variant === PLAIN_VARIANT);
  const [fastest] = rates.toSorted((a, b) => rateOf(b) - rateOf(a));
  if (plain === undefined || fastest === undefined) return PLAIN_VARIANT;
  return rateOf(fastest) >= LEAST_GAIN * rateOf(plain) ? fastest.variant : PLAIN_VARIANT;
}

/** Another for another build whose programs are others, or another device that takes others. */
async function textsDigest({ variants, keyWidth }: VariantRequest): Promise<string> {
  const texts = variants.map((variant) => attendWgsl(keyWidth, variant));
  return await sha256OfBlob(new Blob([...texts, MERGE_WGSL]));
}
