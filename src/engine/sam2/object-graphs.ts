import type { Graph } from '../graph/graph.ts';
import { buildMemoryAttentionLayers } from './memory-attention-segments.ts';
import { encodeNewMemory } from './memory-encoder.ts';
import { type Draft, LOGITS_STRIDE, type ModelSetup, openDraft } from './model-graphs.ts';
import { decodeObjects } from './object-decoder.ts';

/**
 * The graphs of a tracked frame after the image encoder, for B objects at once, which lie one after
 * another in the rows of every tensor. B is static: the shapes are what a graph can be captured with.
 */
export interface ObjectGraphs {
  /** B */
  readonly objects: number;
  /**
   * Memory attention from the first gap on, see `MemoryAttentionSegments.layers`: `x` is `[g²,d]` for
   * all objects in the first, and `[B·g²,d]` in the others; `attended` is `[B·g²,64]`.
   */
  readonly attention: readonly Graph[];
  /**
   * `conditioned` `[B·g²,d]`, `stride4`, `stride8` → `lowResMaskLogits` `[B,1,S/4,S/4]`, `iouScores`
   * `[B,1]`, `objectPointer` `[B,d]`, `objectScoreLogits` `[B,1]`; without a prompt.
   */
  readonly maskDecoder: Graph;
  /** `stride16`, `lowResMaskLogits`, `objectScoreLogits` → `memory` `[B·g²,64]`, of a tracked frame. */
  readonly memoryEncoder: Graph;
}

/** Builds them for B objects; takes milliseconds. They share all weights with those for one. */
export function buildObjectGraphs(setup: ModelSetup, objects: number): ObjectGraphs {
  const open = (name: string) => openDraft(`${name}Of${objects}`, setup);
  return {
    objects,
    attention: buildMemoryAttentionLayers(setup, objects),
    maskDecoder: buildMaskDecoder(open('objectDecoder'), objects),
    memoryEncoder: buildMemoryEncoder(open('objectMemoryEncoder'), objects),
  };
}

/** All graphs of a set, in the order of their use. */
export function objectGraphList(graphs: ObjectGraphs): readonly Graph[] {
  return [...graphs.attention, graphs.maskDecoder, graphs.memoryEncoder];
}

function buildMaskDecoder({ g, weights, config, imageSize, gridSide }: Draft, objects: number) {
  const { width } = config;
  const side = imageSize / LOGITS_STRIDE;
  const decoded = decodeObjects(g, weights, {
    conditioned: g.input('conditioned', 'float32', [objects * gridSide ** 2, width]),
    stride4: g.input('stride4', 'float32', [side ** 2, width / 8]),
    stride8: g.input('stride8', 'float32', [(side / 2) ** 2, width / 4]),
  });
  g.output('lowResMaskLogits', decoded.maskLogits);
  g.output('iouScores', decoded.iou);
  g.output('objectPointer', decoded.objectPointer);
  g.output('objectScoreLogits', decoded.objectScore);
  return g.build();
}

function buildMemoryEncoder({ g, weights, config, imageSize, gridSide }: Draft, objects: number) {
  const side = imageSize / LOGITS_STRIDE;
  const lowRes = g.input('lowResMaskLogits', 'float32', [objects, 1, side, side]);
  const memory = encodeNewMemory(g, weights, {
    stride16: g.input('stride16', 'float32', [gridSide ** 2, config.width]),
    maskLogits: g.enlargeBilinear(lowRes, LOGITS_STRIDE),
    objectScoreLogits: g.input('objectScoreLogits', 'float32', [objects, 1]),
  });
  g.output('memory', memory);
  return g.build();
}
