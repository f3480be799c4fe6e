import { frameIndex } from '../../src/core/ids.ts';
import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import { encodeModel } from '../../src/engine/graph/encode-model.ts';
import type { GraphNode } from '../../src/engine/graph/graph.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import { buildSam2Model, type Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { rmsDeviation } from '../../src/engine/session/rms-deviation.ts';
import { DiscClip } from '../helpers/disc-clip.ts';
import { modelInput } from '../helpers/model-input.ts';
import { NodeGraphRuntime, readFloat32 } from '../helpers/onnx-node.ts';
import { halfStorage } from './half-storage.ts';
import { HalfSumsRuntime } from './half-sums-runtime.ts';

const FEATURES = ['stride4', 'stride8', 'stride16'] as const;
/** What `torch.autocast` computes in 16 bits, of the ops of an image encoder. */
const AUTOCAST: ReadonlySet<string> = new Set(['Gemm', 'MatMul', 'Conv', 'Gelu']);

/** How far features of the image encoder are from those in float32, rms as a share of theirs. */
export interface EncoderDeviation {
  readonly way: string;
  readonly stride4: number;
  readonly stride8: number;
  readonly stride16: number;
}

/**
 * Measures the image encoder with its feed-forward networks in float16, as the studio builds it, and
 * beside it in bfloat16, as the reference's predictor runs on a GPU. Sums in float16 take minutes.
 */
export async function measureEncoder(
  checkpoint: Checkpoint,
  imageSize: number,
): Promise<EncoderDeviation[]> {
  const full = buildSam2Model(checkpoint, imageSize);
  const half = buildSam2Model(checkpoint, imageSize, { precision: 'fp16' });
  const halves = new Set(half.graphs.get('imageEncoder')?.nodes.filter(isHalf).map(nameOf));
  const setup = { checkpoint, imageSize };
  const expected = await encode({ ...setup, model: full });
  const stored = (type: 'float16' | 'bfloat16', which: (node: GraphNode) => boolean) =>
    encode({ ...setup, model: storedIn(full, type, which) });
  const ways = {
    'float16, stored': await stored('float16', (node) => halves.has(nameOf(node))),
    'float16, stored and summed': await encode({
      ...setup,
      model: half,
      over: (runtime) => new HalfSumsRuntime(runtime, half, checkpoint),
    }),
    'bfloat16 by autocast, stored': await stored('bfloat16', ({ op }) => AUTOCAST.has(op)),
  };
  return Object.entries(ways).map(([way, features]) => {
    const [stride4 = NaN, stride8 = NaN, stride16 = NaN] = features.map((values, i) =>
      rmsDeviation(values, expected[i] ?? []),
    );
    return { way, stride4, stride8, stride16 };
  });
}

function isHalf({ outputs: [output] }: GraphNode): boolean {
  return output.dtype === 'float16';
}

function nameOf({ name }: GraphNode): string {
  return name;
}

function storedIn(
  model: Sam2Model,
  type: 'float16' | 'bfloat16',
  which: (node: GraphNode) => boolean,
): Sam2Model {
  return {
    ...model,
    encode: (wanted) => {
      const graph = typeof wanted === 'string' ? model.graphs.get(wanted) : wanted;
      if (graph === undefined) throw new Error('there is no such graph');
      return encodeModel(halfStorage(graph, which, type), (one) => model.weights.placeOf(one));
    },
  };
}

interface EncodeOptions {
  readonly checkpoint: Checkpoint;
  readonly imageSize: number;
  readonly model: Sam2Model;
  readonly over?: (runtime: NodeGraphRuntime) => GraphRuntime;
}

async function encode({ checkpoint, imageSize, model, over }: EncodeOptions) {
  await using node = await NodeGraphRuntime.create();
  await node.mount(model.weights, checkpoint);
  const runtime = over?.(node) ?? node;
  using graph = await runtime.load('imageEncoder', model.encode('imageEncoder'));
  const data = modelInput(new DiscClip().picture(frameIndex(0)), imageSize);
  using image = runtime.tensor([1, 3, imageSize, imageSize], { dtype: 'float32', data });
  const features = await graph.run({ image }, FEATURES);
  return FEATURES.map((name) => readFloat32(features[name]));
}
