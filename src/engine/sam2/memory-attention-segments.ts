import type { Graph } from '../graph/graph.ts';
import { symbol } from '../graph/shape.ts';
import { USUAL_BANK } from './bank-room.ts';
import { normedSum, type PendingSum } from './layers.ts';
import { attendToFrame, positionedInput, takeUpAnswer } from './memory-attention-layer.ts';
import { bankSegment } from './memory-bank-segment.ts';
import {
  type BankExtent,
  bankInputs,
  type Draft,
  type ModelSetup,
  openDraft,
} from './model-graphs.ts';
import { rotaryTables } from './rotary.ts';

/**
 * Memory attention as graphs with gaps, in each of which `softmax(q·kᵀ)·v` is computed by a kernel
 * (`kernels/cross-attention`). L layers are L + 1 graphs around L gaps.
 */
export interface MemoryAttentionSegments {
  /**
   * `memories`, `temporalRows`, `pointers` and `temporalSines` → `keys0`, `keys1`, … `[T,d]`, for
   * each layer, and `values` `[T,64]`, of a bank with the usual room.
   */
  readonly bank: Graph;
  /** The same for any room. */
  readonly largeBank: Graph;
  /**
   * The first takes `stride16`, the others `x` (the `nextX` before) and `attended` `[g²,64]`; the
   * last gives `conditioned`, the others `nextX` `[g²,d]` and `queries` `[1,g²,d]`.
   */
  readonly layers: readonly Graph[];
}

/** All segments of a model's memory attention. */
export function buildMemoryAttentionSegments(setup: ModelSetup): MemoryAttentionSegments {
  const bankOf = (name: string, extent: BankExtent) => {
    const draft = openDraft(name, setup);
    return bankSegment(draft, bankInputs(draft, extent));
  };
  return {
    bank: bankOf('memoryAttentionBank', USUAL_BANK),
    largeBank: bankOf('memoryAttentionLargeBank', {
      memories: symbol('N'),
      pointers: symbol('K'),
    }),
    layers: [
      buildBeginning(openDraft('memoryAttention0', setup)),
      ...buildMemoryAttentionLayers(setup, 1),
    ],
  };
}

/**
 * The segments from the first gap on for B objects of one frame, whose tokens lie one after another.
 * What comes before depends on the frame alone and is the same for all: the first of these takes it
 * as it is, `x` `[g²,d]`, and the others `[B·g²,d]`.
 */
export function buildMemoryAttentionLayers(setup: ModelSetup, objects: number): readonly Graph[] {
  return Array.from({ length: setup.config.memoryAttentionLayers }, (_, index) => {
    const gap = index + 1;
    const name = objects === 1 ? `memoryAttention${gap}` : `memoryAttention${gap}Of${objects}`;
    return buildBetween(openDraft(name, setup), { gap, objects });
  });
}

/** The graphs of the segments, in the order of their use. */
export function segmentGraphs(segments: MemoryAttentionSegments): readonly Graph[] {
  return [segments.bank, segments.largeBank, ...segments.layers];
}

/** What comes before the first gap: the features with their positions, and the layer's beginning. */
function buildBeginning(draft: Draft): Graph {
  const { g, config, gridSide } = draft;
  const stride16 = g.input('stride16', 'float32', [gridSide ** 2, config.width]);
  const weights = draft.weights.within('memory_attention');
  return askBank(draft, positionedInput(weights, stride16), 0);
}

/** From one gap to the next: the end of layer `gap − 1` and the beginning of layer `gap`. */
function buildBetween(
  draft: Draft,
  { gap, objects }: { readonly gap: number; readonly objects: number },
): Graph {
  const { g, config, gridSide } = draft;
  const weights = draft.weights.within('memory_attention');
  const [tokens, { width, memoryWidth }] = [gridSide ** 2, config];
  const input = takeUpAnswer(g, weights.within(`layers.${gap - 1}`), {
    x: g.input('x', 'float32', [gap === 1 ? tokens : objects * tokens, width]),
    attended: g.input('attended', 'float32', [objects * tokens, memoryWidth]),
  });
  if (gap < config.memoryAttentionLayers) return askBank(draft, input, gap);
  g.output('conditioned', normedSum(g, weights.within('norm'), input).normed);
  return g.build();
}

/** Ends a segment with the beginning of a layer. */
function askBank(draft: Draft, input: PendingSum, layer: number): Graph {
  const { g, weights, config, gridSide } = draft;
  const attention = weights.within('memory_attention');
  const rotary = rotaryTables(attention, gridSide, config.width);
  const { x, queries } = attendToFrame(g, attention.within(`layers.${layer}`), input, rotary);
  g.output('nextX', x);
  g.output('queries', queries);
  return g.build();
}
