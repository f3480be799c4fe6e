import { StudioError } from '../../core/errors.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { type Dim, multiplyDims, symbol } from '../graph/shape.ts';
import { imageEncoder } from './image-encoder.ts';
import { maskAsOutput } from './mask-as-output.ts';
import { predictMasks } from './mask-decoder.ts';
import { answerFrame, type Bank } from './memory-attention.ts';
import { pointerTokens, spatialTokens } from './memory-bank-tokens.ts';
import { encodeNewMemory } from './memory-encoder.ts';
import type { ModelConfig } from './model-config.ts';
import { densePositionEncoding, embedMask, embedPoints } from './prompt-encoder.ts';
import { samHeads } from './sam-heads.ts';
import { expectedTensors, NUM_MASK_TOKENS } from './state-dict.ts';
import { Weights } from './weights.ts';

/** A model at one image size. */
export interface ModelSetup {
  readonly config: ModelConfig;
  /** S, a multiple of 32. */
  readonly imageSize: number;
}

/** Everything that builds one graph. */
export interface Draft extends ModelSetup {
  readonly g: GraphBuilder;
  readonly weights: Weights;
  /** g */
  readonly gridSide: number;
}

/** Model pixels between the tokens of the coarsest features, `sam2_base.py: backbone_stride`. */
export const BACKBONE_STRIDE = 16;
/** Model pixels between low-resolution logits. */
export const LOGITS_STRIDE = 4;
const IMAGE_SIZE_STEP = 32;

const BUILDERS = {
  imageEncoder: buildImageEncoder,
  memoryAttention: (draft: Draft) => buildMemoryAttention(draft, true),
  memoryAttentionWithoutPointers: (draft: Draft) => buildMemoryAttention(draft, false),
  maskDecoder: buildMaskDecoder,
  maskCandidates: buildMaskCandidates,
  maskPromptEncoder: buildMaskPromptEncoder,
  maskAsOutput: buildMaskAsOutput,
  memoryEncoder: buildMemoryEncoder,
} as const;

/** The graphs a tracker needs, in the order of their use. */
export type GraphName = keyof typeof BUILDERS;

/** All of them. */
export const GRAPH_NAMES = Object.keys(BUILDERS) as readonly GraphName[];

/**
 * Builds one of the model's graphs. Symbols: N memories, K object pointers, P points.
 * @throws StudioError `graph-invalid` for an image size that is not a multiple of 32
 */
export function buildGraph(name: GraphName, setup: ModelSetup): Graph {
  const draft = openDraft(name, setup);
  BUILDERS[name](draft);
  return draft.g.build();
}

/** A builder with the model's weights, for a graph of one's own. */
export function openDraft(name: string, setup: ModelSetup): Draft {
  const { config, imageSize } = setup;
  if (!Number.isInteger(imageSize) || imageSize < IMAGE_SIZE_STEP || imageSize % IMAGE_SIZE_STEP) {
    throw new StudioError('graph-invalid', `${imageSize} is no image size of SAM 2.`, {
      hint: `Choose a multiple of ${IMAGE_SIZE_STEP}, such as 512 or 1024.`,
    });
  }
  const g = new GraphBuilder(name);
  const weights = new Weights(g, expectedTensors(config));
  return { ...setup, g, weights, gridSide: imageSize / BACKBONE_STRIDE };
}

function buildImageEncoder({ g, weights, config, imageSize }: Draft): void {
  const image = g.input('image', 'float32', [1, 3, imageSize, imageSize]);
  const { stride4, stride8, stride16 } = imageEncoder(g, weights, image, config);
  g.output('stride4', stride4);
  g.output('stride8', stride8);
  g.output('stride16', stride16);
}

/** From the first gap on: what comes before is the first of `MemoryAttentionSegments.layers`. */
function buildMemoryAttention(draft: Draft, hasPointers: boolean): void {
  const { g, weights, config, gridSide } = draft;
  const dims = [gridSide * gridSide, config.width];
  const question = {
    x: g.input('x', 'float32', dims),
    queries: g.input('queries', 'float32', [1, ...dims]),
  };
  const symbols = { memories: symbol('N'), pointers: symbol('K') };
  const bank = bankInputs(draft, hasPointers ? symbols : { memories: symbols.memories });
  const attention = weights.within('memory_attention');
  g.output('conditioned', answerFrame(g, attention, { question, bank }, config));
}

/** Extents of the inputs of a graph that takes a bank. */
export interface BankExtent {
  readonly memories: Dim;
  /** Absent: there are none. */
  readonly pointers?: Dim;
}

/** The memory bank as inputs of a graph, with its positions. */
export function bankInputs(draft: Draft, extent: BankExtent): Bank {
  const { g, weights, config, gridSide } = draft;
  const memories = g.input('memories', 'float32', [
    multiplyDims(extent.memories, gridSide * gridSide),
    config.memoryWidth,
  ]);
  const temporalRows = g.input('temporalRows', 'int32', [extent.memories]);
  const spatial = spatialTokens(g, weights, { memories, temporalRows, gridSide }, config);
  if (extent.pointers === undefined) return { spatial };
  const inputs = pointerInputs(draft, extent.pointers);
  return { spatial, pointers: pointerTokens(g, weights, inputs, config) };
}

function pointerInputs({ g, config }: Draft, count: Dim) {
  const pointers = g.input('pointers', 'float32', [count, config.width]);
  if (config.version === '2.0') return { pointers };
  return { pointers, temporalSines: g.input('temporalSines', 'float32', pointers.dims) };
}

function buildMaskDecoder(draft: Draft): void {
  const { g, weights, config, imageSize, gridSide } = draft;
  const { width } = config;
  const logitsSide = imageSize / LOGITS_STRIDE;
  const features = g.input('features', 'float32', [gridSide ** 2, width]);
  const stride4 = g.input('stride4', 'float32', [logitsSide ** 2, width / 8]);
  const stride8 = g.input('stride8', 'float32', [(logitsSide / 2) ** 2, width / 4]);
  const densePrompt = g.input('densePrompt', 'float32', [gridSide ** 2, width]);
  const points = g.input('points', 'float32', [symbol('P'), 2]);
  const labels = g.input('labels', 'int32', [symbol('P')]);
  const isMultimask = g.input('isMultimask', 'int32', [1]);
  const multimaskIndex = g.input('multimaskIndex', 'int32', [1]);
  const addsNoMemory = g.input('addsNoMemoryEmbedding', 'int32', [1]);

  const promptEncoder = weights.within('sam_prompt_encoder');
  const noMemory = g.where(
    g.greater(addsNoMemory, g.constant(Int32Array.of(0))),
    weights.get('no_mem_embed', [1, width]),
    g.scalar(0),
  );
  const predictions = predictMasks(g, weights.within('sam_mask_decoder'), {
    image: g.add(features, noMemory),
    imagePosition: densePositionEncoding(promptEncoder, gridSide),
    sparsePrompt: embedPoints(g, promptEncoder, { points, labels, imageSize }),
    densePrompt,
    stride4,
    stride8,
  });
  const outputs = samHeads(g, weights, {
    predictions,
    choice: { isMultimask, multimaskIndex },
  });
  const image = (logits: Value) =>
    g.reshape(logits, [1, logits.dims[0] ?? 0, logitsSide, logitsSide]);
  g.output('lowResMaskLogits', image(outputs.maskLogits));
  g.output('iouScores', g.reshape(outputs.iou, [1, 1]));
  g.output('objectPointer', outputs.objectPointer);
  g.output('objectScoreLogits', predictions.objectScore);
  g.output('allMaskLogits', image(outputs.allMaskLogits));
  g.output('allIouScores', g.reshape(predictions.ious, [1, predictions.ious.dims[0] ?? 0]));
}

/** Parts masks 1 to 3 from each other, which are one tensor to the decoder. */
function buildMaskCandidates({ g, imageSize }: Draft): void {
  const side = imageSize / LOGITS_STRIDE;
  const logits = g.input('allMaskLogits', 'float32', [1, NUM_MASK_TOKENS, side, side]);
  const ious = g.input('allIouScores', 'float32', [1, NUM_MASK_TOKENS]);
  for (let mask = 1; mask < NUM_MASK_TOKENS; mask++) {
    const one = { axis: 1, start: mask, end: mask + 1 };
    g.output(`lowResMaskLogits${mask}`, g.slice(logits, one));
    g.output(`iouScores${mask}`, g.slice(ious, one));
  }
}

/** `sam2_video_predictor.py: add_new_points_or_box` clamps the earlier logits to ±32. */
const PREVIOUS_LOGITS_LIMIT = 32;

function buildMaskPromptEncoder({ g, weights, imageSize }: Draft): void {
  const side = imageSize / LOGITS_STRIDE;
  const logits = g.input('previousLogits', 'float32', [1, 1, side, side]);
  const clamped = g.clip(logits, -PREVIOUS_LOGITS_LIMIT, PREVIOUS_LOGITS_LIMIT);
  g.output('densePrompt', embedMask(g, weights.within('sam_prompt_encoder'), clamped));
}

function buildMaskAsOutput({ g, weights, imageSize }: Draft): void {
  const mask = g.input('mask', 'float32', [1, 1, imageSize, imageSize]);
  const { lowResMaskLogits, densePrompt } = maskAsOutput(g, weights, mask);
  g.output('lowResMaskLogits', lowResMaskLogits);
  g.output('densePrompt', densePrompt);
}

function buildMemoryEncoder({ g, weights, config, imageSize, gridSide }: Draft): void {
  const side = imageSize / LOGITS_STRIDE;
  const lowRes = g.input('lowResMaskLogits', 'float32', [1, 1, side, side]);
  const memory = encodeNewMemory(g, weights, {
    stride16: g.input('stride16', 'float32', [gridSide ** 2, config.width]),
    maskLogits: g.enlargeBilinear(lowRes, LOGITS_STRIDE),
    objectScoreLogits: g.input('objectScoreLogits', 'float32', [1, 1]),
    isMaskFromPoints: g.input('isMaskFromPoints', 'int32', [1]),
  });
  g.output('memory', memory);
}
