import type { Graph } from '../graph/graph.ts';
import { layerNorm } from './layers.ts';
import { attendToFrame, positionedInput, takeUpAnswer } from './memory-attention-layer.ts';
import { bankSegment } from './memory-bank-segment.ts';
import { bankInputs, type Draft, type ModelSetup, openDraft } from './model-graphs.ts';
import { rotaryTables } from './rotary.ts';

/**
 * Memory attention as graphs with gaps, in each of which `softmax(q·kᵀ)·v` is computed by a kernel
 * (`kernels/cross-attention`). L layers are L + 1 graphs around L gaps.
 */
export interface MemoryAttentionSegments {
  /**
   * `memories`, `temporalRows`, `pointers` and `temporalSines` → `keys0`, `keys1`, … `[T,d]`, for
   * each layer, and `values` `[T,64]`; without pointers, whose values are the memories, only keys.
   */
  readonly bank: Graph;
  /** The same for a bank of memories alone. */
  readonly bankWithoutPointers: Graph;
  /**
   * The first takes `stride16`, the others `x` (the `nextX` before) and `attended` `[g²,64]`; the
   * last gives `conditioned`, the others `nextX` and `queries`.
   */
  readonly layers: readonly Graph[];
}

/** All segments of a model's memory attention. */
export function buildMemoryAttentionSegments(setup: ModelSetup): MemoryAttentionSegments {
  const { memoryAttentionLayers } = setup.config;
  const bankOf = (name: string, hasPointers: boolean) => {
    const draft = openDraft(name, setup);
    return bankSegment(draft, bankInputs(draft, hasPointers));
  };
  return {
    bank: bankOf('memoryAttentionBank', true),
    bankWithoutPointers: bankOf('memoryAttentionBankWithoutPointers', false),
    layers: Array.from({ length: memoryAttentionLayers + 1 }, (_, gap) =>
      buildBetween(openDraft(`memoryAttention${gap}`, setup), gap),
    ),
  };
}

/** The graphs of the segments, in the order of their use. */
export function segmentGraphs(segments: MemoryAttentionSegments): readonly Graph[] {
  return [segments.bank, segments.bankWithoutPointers, ...segments.layers];
}

/** From one gap to the next: the end of layer `gap − 1` and the beginning of layer `gap`. */
function buildBetween(draft: Draft, gap: number): Graph {
  const { g, config, gridSide } = draft;
  const weights = draft.weights.within('memory_attention');
  const layer = (index: number) => weights.within(`layers.${index}`);
  const [tokens, { width, memoryWidth }] = [gridSide ** 2, config];
  const input =
    gap === 0
      ? positionedInput(g, weights, g.input('stride16', 'float32', [tokens, width]))
      : takeUpAnswer(g, layer(gap - 1), {
          x: g.input('x', 'float32', [tokens, width]),
          attended: g.input('attended', 'float32', [tokens, memoryWidth]),
        });
  if (gap === config.memoryAttentionLayers) {
    g.output('conditioned', layerNorm(g, weights.within('norm'), input));
    return g.build();
  }
  const rotary = rotaryTables(weights, gridSide, width);
  const { x, queries } = attendToFrame(g, layer(gap), input, rotary);
  g.output('nextX', x);
  g.output('queries', queries);
  return g.build();
}
