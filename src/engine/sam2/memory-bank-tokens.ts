import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { divideDim, multiplyDims } from '../graph/shape.ts';
import { linear } from './layers.ts';
import type { BankTokens } from './memory-attention.ts';
import type { ModelConfig } from './model-config.ts';
import { sinePositionTable } from './position-encoding.ts';
import { NUM_MASK_MEMORIES } from './state-dict.ts';
import type { Weights } from './weights.ts';

/** Mask memories of the bank. */
export interface SpatialMemories {
  /** `[N·g²,64]`, whole memories one after another. */
  readonly memories: Value;
  /** `[N]` int32, rows of `maskmem_tpos_enc`. */
  readonly temporalRows: Value;
  readonly gridSide: number;
}

/**
 * Mask memories with their positions in the frame and in time, `sam2_base.py:
 * _prepare_memory_conditioned_features`.
 */
export function spatialTokens(
  g: GraphBuilder,
  weights: Weights,
  inputs: SpatialMemories,
  { memoryWidth }: ModelConfig,
): BankTokens {
  const { memories, temporalRows, gridSide } = inputs;
  const tokens = gridSide * gridSide;
  const count = temporalRows.dims[0] ?? 0;
  const spatial = weights.derive({
    operation: `sine position of ${gridSide} by ${memoryWidth}`,
    names: [],
    dims: [tokens, memoryWidth],
    compute: () => sinePositionTable(gridSide, memoryWidth),
  });
  const table = weights.get('maskmem_tpos_enc', [NUM_MASK_MEMORIES, memoryWidth]);
  const temporal = g.reshape(g.gather(table, temporalRows), [count, 1, memoryWidth]);
  const byFrame = g.reshape(memories, [count, tokens, memoryWidth]);
  const positioned = g.add(g.add(byFrame, spatial), temporal);
  return { tokens: memories, positioned: g.reshape(positioned, memories.dims) };
}

/** Object pointers of the bank. */
export interface ObjectPointers {
  /** `[K,d]` */
  readonly pointers: Value;
  /** `[K,d]`, sines of the temporal distances; absent in 2.0, whose pointers carry none. */
  readonly temporalSines?: Value;
}

/** Object pointers cut into tokens of the memory's width, with their positions in time. */
export function pointerTokens(
  g: GraphBuilder,
  weights: Weights,
  { pointers, temporalSines }: ObjectPointers,
  { width, memoryWidth }: ModelConfig,
): BankTokens {
  const count = pointers.dims[0] ?? 0;
  const parts = divideDim(width, memoryWidth) ?? 0;
  const dims = [multiplyDims(count, parts), memoryWidth];
  const tokens = g.reshape(pointers, dims);
  if (temporalSines === undefined) return { tokens, positioned: tokens };
  const position = linear(g, weights.within('obj_ptr_tpos_proj'), temporalSines);
  const positioned = g.add(
    g.reshape(pointers, [count, parts, memoryWidth]),
    g.reshape(position, [count, 1, memoryWidth]),
  );
  return { tokens, positioned: g.reshape(positioned, dims) };
}
