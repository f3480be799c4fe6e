import type { AttentionVariant } from '../kernels/cross-attention/attention-variant.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import { LossWatch } from '../runtime/loss-watch.ts';
import { NUM_MASK_MEMORIES } from '../sam2/state-dict.ts';
import { chooseVariant } from './attention-choice.ts';
import { measureVariants, type VariantRate } from './attention-rates.ts';
import type { CheckedDevice, PassedChecks } from './checked-device.ts';
import {
  attendsByKernel,
  type AttendingModel,
  kernelExtents,
  variantsFor,
} from './gpu-bank-attention.ts';
import type { LoadReporter } from './load-progress.ts';

/** A model on a checked device. */
export interface PlacedModel {
  readonly plan: DevicePlan;
  readonly model: AttendingModel;
}

/** What the choice of a variant is made with. */
interface VariantChoice extends Pick<CheckedDevice, 'key'> {
  readonly checks: PassedChecks;
  /** Told of each variant that is timed. */
  readonly progress: Pick<LoadReporter, 'at'>;
}

/**
 * Which variant of the attention kernel a model takes; nothing where the graph attends.
 * @throws StudioError `device-lost`
 */
export async function modelVariant(
  { plan, model }: PlacedModel,
  { checks, key, progress }: VariantChoice,
): Promise<AttentionVariant | undefined> {
  if (!attendsByKernel(plan)) return undefined;
  const { queries, keyWidth } = kernelExtents(model);
  return await chooseVariant({
    variants: variantsFor(plan.device, model),
    isSoftware: plan.report.adapter?.isFallback === true,
    checks,
    key: `${key}|attention of ${queries}`,
    keyWidth,
    measure: () =>
      variantRates({ plan, model }, (at, count) =>
        progress.at('timing attention', at / count, `program ${at + 1} of ${count}`),
      ),
  });
}

/**
 * How fast each variant that a model may use is, with the model's own extents; none where the graph attends.
 * @param onVariant told before each, of `count`, is timed; `at` counts from 0
 * @throws StudioError `device-lost`
 */
export async function variantRates(
  { plan, model }: PlacedModel,
  onVariant?: (at: number, count: number) => void,
): Promise<readonly VariantRate[]> {
  if (!attendsByKernel(plan)) return [];
  const { queries, keyWidth } = kernelExtents(model);
  const extents = { queries, keyWidth, keys: NUM_MASK_MEMORIES * queries };
  using watch = new LossWatch(plan);
  const variants = variantsFor(plan.device, model);
  return await watch.guard(() =>
    measureVariants(plan.device, extents, {
      variants,
      onVariant: (at) => onVariant?.(at, variants.length),
    }),
  );
}
