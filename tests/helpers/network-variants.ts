import type { Graph } from '../../src/engine/graph/graph.ts';
import { type Shape, symbol } from '../../src/engine/graph/shape.ts';
import { answerFrame, askBank, type Bank } from '../../src/engine/sam2/memory-attention.ts';
import {
  buildMemoryAttentionSegments,
  type MemoryAttentionSegments,
} from '../../src/engine/sam2/memory-attention-segments.ts';
import { bankSegment } from '../../src/engine/sam2/memory-bank-segment.ts';
import { encodeNewMemory } from '../../src/engine/sam2/memory-encoder.ts';
import {
  bankInputs,
  type Draft,
  type ModelSetup,
  openDraft,
} from '../../src/engine/sam2/model-graphs.ts';

/** Memory attention from `stride16` to its end as one graph, which the product cuts in two or more. */
export function wholeMemoryAttention(setup: ModelSetup, hasPointers: boolean): Graph {
  const draft = openDraft('wholeMemoryAttention', setup);
  const memories = symbol('N');
  const extent = hasPointers ? { memories, pointers: symbol('K') } : { memories };
  return attendAsOne(draft, bankInputs(draft, extent));
}

/** The same on bank tokens and positions as they are, which is what the goldens give. */
export function memoryAttentionOnTokens(setup: ModelSetup): Graph {
  const draft = openDraft('memoryAttentionOnTokens', setup);
  return attendAsOne(draft, tokenInputs(draft));
}

function attendAsOne({ g, weights, config, gridSide }: Draft, bank: Bank): Graph {
  const stride16 = g.input('stride16', 'float32', [gridSide ** 2, config.width]);
  const attention = weights.within('memory_attention');
  const question = askBank(g, attention, stride16);
  g.output('conditioned', answerFrame(g, attention, { question, bank }, config));
  return g.build();
}

/** The same as segments, whose bank has pointers always. */
export function memoryAttentionSegmentsOnTokens(setup: ModelSetup): MemoryAttentionSegments {
  const draft = openDraft('memoryAttentionBankOnTokens', setup);
  const largeBank = bankSegment(draft, tokenInputs(draft));
  return { ...buildMemoryAttentionSegments(setup), bank: largeBank, largeBank };
}

function tokenInputs({ g, config, gridSide }: Draft): Bank {
  const bank = (name: string, dims: Shape) => {
    const tokens = g.input(name, 'float32', dims);
    return { tokens, positioned: g.add(tokens, g.input(`${name}Position`, 'float32', dims)) };
  };
  return {
    spatial: bank('memories', [{ constant: 0, terms: { N: gridSide ** 2 } }, config.memoryWidth]),
    pointers: bank('pointers', [symbol('K'), config.memoryWidth]),
  };
}

/** The memory encoder on logits at the model's own size. */
export function memoryEncoderAtFullSize(setup: ModelSetup): Graph {
  const { imageSize } = setup;
  const { g, weights, config, gridSide } = openDraft('memoryEncoderAtFullSize', setup);
  const memory = encodeNewMemory(g, weights, {
    stride16: g.input('stride16', 'float32', [gridSide ** 2, config.width]),
    maskLogits: g.input('maskLogits', 'float32', [1, 1, imageSize, imageSize]),
    objectScoreLogits: g.input('objectScoreLogits', 'float32', [1, 1]),
    isMaskFromPoints: g.input('isMaskFromPoints', 'int32', [1]),
  });
  g.output('memory', memory);
  return g.build();
}

/** Low-resolution logits enlarged to the model's size, as they go into the memory encoder. */
export function enlargedLogits(setup: ModelSetup): Graph {
  const side = setup.imageSize / 4;
  const { g } = openDraft('enlargedLogits', setup);
  g.output('logits', g.enlargeBilinear(g.input('lowRes', 'float32', [1, 1, side, side]), 4));
  return g.build();
}
