import type { Graph } from '../../src/engine/graph/graph.ts';
import { type Shape, symbol } from '../../src/engine/graph/shape.ts';
import { memoryAttention } from '../../src/engine/sam2/memory-attention.ts';
import { encodeNewMemory } from '../../src/engine/sam2/memory-encoder.ts';
import { type ModelSetup, openDraft } from '../../src/engine/sam2/model-graphs.ts';

/** Memory attention on bank tokens and positions as they are, which is what the goldens give. */
export function memoryAttentionOnTokens(setup: ModelSetup): Graph {
  const { g, weights, config, gridSide } = openDraft('memoryAttentionOnTokens', setup);
  const spatialDims = [{ constant: 0, terms: { N: gridSide ** 2 } }, config.memoryWidth];
  const pointerDims = [symbol('K'), config.memoryWidth];
  const input = (name: string, dims: Shape) => g.input(name, 'float32', dims);
  const bank = (name: string, dims: Shape) => {
    const tokens = input(name, dims);
    return { tokens, positioned: g.add(tokens, input(`${name}Position`, dims)) };
  };
  const inputs = {
    current: g.input('stride16', 'float32', [gridSide ** 2, config.width]),
    spatial: bank('memories', spatialDims),
    pointers: bank('pointers', pointerDims),
  };
  const attention = weights.within('memory_attention');
  g.output('conditioned', memoryAttention(g, attention, inputs, config));
  return g.build();
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
