import {
  ATTENTION_VARIANTS,
  type AttentionVariant,
  passingCost,
  workgroupBytes,
} from '../../src/engine/kernels/cross-attention/attention-variant.ts';
import { bankPlan, type TrackedFrame } from '../../src/engine/sam2/frame-cost.ts';
import { giga, mega, table } from './report-table.ts';

/** WebGPU's default, which every device grants. */
const GRANTED_BYTES = 16_384;

/** What each program of the attention kernel asks for, one object, all layers. */
export function variantTable(frame: TrackedFrame): string {
  const layers = frame.config.memoryAttentionLayers;
  const head = [
    'queries × keys of a tile',
    'GFLOP',
    'MB asked of the caches',
    'bytes of workgroup memory read for a multiply-add',
    'numbers passed for a multiply-add',
    'KiB of workgroup memory',
    'needs',
  ];
  return table(
    head,
    ATTENTION_VARIANTS.map((variant) => {
      const plan = bankPlan(frame, variant);
      const passing = passingCost(variant, frame.config.width);
      return [
        variant.name,
        giga(layers * plan.flop),
        mega(layers * plan.requestedBytes),
        passing.workgroupBytes.toFixed(2),
        passing.shuffles === 0 ? '0' : passing.shuffles.toFixed(3),
        (workgroupBytes(variant) / 1024).toFixed(1),
        needsOf(variant),
      ];
    }),
  );
}

function needsOf(variant: AttentionVariant): string {
  const needs = [
    ...(variant.storage === 'float16' ? ['`shader-f16`'] : []),
    ...(variant.passing === 'subgroups' ? ['`subgroups`'] : []),
    ...(workgroupBytes(variant) > GRANTED_BYTES ? ['more than 16 KiB'] : []),
  ];
  return needs.length === 0 ? 'nothing' : needs.join(', ');
}
