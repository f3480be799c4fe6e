import {
  ATTENTION_VARIANTS,
  type AttentionVariant,
  PLAIN_VARIANT,
  threadsOf,
  workgroupBytes,
} from './attention-variant.ts';

/** What of a device decides which variants it takes. */
export interface VariantHost {
  readonly features: ReadonlySet<string>;
  readonly limits: Pick<
    GPUSupportedLimits,
    | 'maxComputeWorkgroupStorageSize'
    | 'maxComputeInvocationsPerWorkgroup'
    | 'maxComputeWorkgroupSizeX'
  >;
  readonly adapterInfo: Pick<GPUAdapterInfo, 'subgroupMinSize'>;
}

/** Why a device does not take a variant, in a few words; nothing where it does. */
export function whyRefused(
  variant: AttentionVariant,
  { features, limits, adapterInfo }: VariantHost,
): string | undefined {
  const { storage, passing, columns } = variant;
  const { threads } = threadsOf(variant);
  if (storage === 'float16' && !features.has('shader-f16')) return 'no shader-f16';
  if (passing === 'subgroups') {
    if (!features.has('subgroups')) return 'no subgroups';
    // Sizes are powers of two, so that the threads of a query lie in one subgroup where they fit in.
    if ((adapterInfo.subgroupMinSize ?? 0) < columns) return `subgroups narrower than ${columns}`;
  }
  const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  if (threads > most) return `workgroups of at most ${most} threads`;
  const bytes = workgroupBytes(variant);
  return bytes > limits.maxComputeWorkgroupStorageSize
    ? `needs ${bytes} bytes of workgroup memory`
    : undefined;
}

/**
 * The variants that a device takes, the plain one first.
 * @param storage most that operands may be rounded
 */
export function usableVariants(
  device: VariantHost,
  storage: AttentionVariant['storage'],
): readonly AttentionVariant[] {
  return ATTENTION_VARIANTS.filter(
    (variant) =>
      (storage === 'float16' || variant.storage === 'float32') &&
      whyRefused(variant, device) === undefined,
  );
}

/** The first variant that keeps operands so: what a device's precision is checked with. */
export function checkedVariant(
  device: VariantHost,
  storage: AttentionVariant['storage'],
): AttentionVariant {
  const variants = usableVariants(device, storage);
  return variants.find((variant) => variant.storage === storage) ?? PLAIN_VARIANT;
}
