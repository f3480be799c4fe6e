import { frameIndex, objectId } from '../../src/core/ids.ts';
import { type MaskRle, rleIou } from '../../src/core/rle.ts';
import { type Checkpoint, openCheckpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import { fillHoles } from '../../src/engine/kernels/fill-holes/fill-holes.ts';
import { bilinearTable } from '../../src/engine/kernels/mask-read/bilinear-table.ts';
import { maskToRle } from '../../src/engine/kernels/mask-read/mask-to-rle.ts';
import { ATTENTION_SCOPE } from '../../src/engine/sam2/attention.ts';
import { CROSS_ATTENTION } from '../../src/engine/sam2/memory-attention-layer.ts';
import { buildGraph, type GraphName } from '../../src/engine/sam2/model-graphs.ts';
import { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model, type Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { FeatureCache } from '../../src/engine/sam2/tracker/feature-cache.ts';
import { REFERENCE_SETTINGS } from '../../src/engine/sam2/tracker/tracker-settings.ts';
import { VideoTracker } from '../../src/engine/sam2/tracker/video-tracker.ts';
import { DiscClip } from '../helpers/disc-clip.ts';
import { modelInput } from '../helpers/model-input.ts';
import { NodeGraphRuntime, readFloat32 } from '../helpers/onnx-node.ts';
import { halfModel, type IsHalf } from './half-storage.ts';
import { type KeptRun, RecordingRuntime } from './recording-runtime.ts';

/** The bank is full after 16 frames. */
const FRAMES = 24;
const OBJECTS = [1, 2, 3];
const FEATURE_BYTES = 256 * 2 ** 20;

/** Each network, and the output by which it is judged. */
const NETWORKS = [
  { graph: 'imageEncoder', output: 'stride16' },
  { graph: 'memoryAttention', output: 'conditioned' },
  { graph: 'maskDecoder', output: 'lowResMaskLogits' },
  { graph: 'memoryEncoder', output: 'memory' },
] as const satisfies readonly { readonly graph: GraphName; readonly output: string }[];

/** What float16 in one part of a network does to the network's result, its inputs being those of float32. */
export interface BlockError {
  readonly network: GraphName;
  /** Scopes of its nodes; all of the network's where it is `whole`. */
  readonly block: string;
  /** Share of the result's largest magnitude. */
  readonly worst: number;
  /** Share of the result's root mean square. */
  readonly rms: number;
}

/** What it does to a track. */
export interface TrackError {
  readonly half: string;
  /** Of masks at the video's size with those of float32. */
  readonly leastIou: number;
  readonly meanIou: number;
}

/** Everything that a checkpoint's float16 storage was measured by. */
export interface HalfReport {
  readonly model: string;
  readonly blocks: readonly BlockError[];
  readonly tracks: readonly TrackError[];
}

/** Parts that a track is made with in float16. */
const TRACKS: readonly { readonly half: string; readonly isHalf: IsHalfIn }[] = [
  ...NETWORKS.map(({ graph }) => ({ half: graph, isHalf: (name: string) => name === graph })),
  { half: 'queries and keys of the bank', isHalf: (_name, node) => isOperand(node) },
  { half: 'all but the memory encoder', isHalf: (name) => name !== 'memoryEncoder' },
  { half: 'all', isHalf: () => true },
];

type IsHalfIn = (graph: string, node: Parameters<IsHalf>[0]) => boolean;

/** Measures what float16 storage does to a checkpoint's networks and to its tracks, on the CPU. */
export async function measureHalf(file: Blob, imageSize: number): Promise<HalfReport> {
  const checkpoint = await openCheckpoint(file);
  const model = buildSam2Model(checkpoint, imageSize);
  await using runtime = await NodeGraphRuntime.create();
  await runtime.mount(model.weights, checkpoint);
  const recording = new RecordingRuntime(runtime);
  const expected = await track({ runtime: recording, model, checkpoint });
  const blocks: BlockError[] = [];
  for (const { graph, output } of NETWORKS) {
    const run = recording.runs.get(graph);
    if (run === undefined) throw new Error(`the track did not run ${graph}`);
    const names = new Set(buildGraph(graph, model).nodes.map(({ name }) => blockOf(name)));
    for (const block of ['whole', ...names]) {
      const isHalf: IsHalf = ({ name }) => block === 'whole' || blockOf(name) === block;
      const errors = await blockError({ runtime, model, graph, output, run, isHalf });
      blocks.push({ network: graph, block, ...errors });
    }
  }
  const tracks: TrackError[] = [];
  for (const { half, isHalf } of TRACKS) {
    const masks = await track({ runtime, model: modelWith(model, isHalf), checkpoint });
    const ious = masks.map((mask, i) => rleIou(mask, expected[i] ?? mask));
    const meanIou = ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
    tracks.push({ half, leastIou: Math.min(...ious), meanIou });
  }
  const { size, version } = model.config;
  return { model: `${size} ${version} at ${imageSize}`, blocks, tracks };
}

function modelWith(model: Sam2Model, isHalf: IsHalfIn): Sam2Model {
  return {
    ...model,
    encode: (wanted) => {
      const name = typeof wanted === 'string' ? wanted : wanted.name;
      return halfModel(model, (node) => isHalf(name, node)).encode(wanted);
    },
  };
}

/** What the kernel of the attention to the bank reads besides the memories. */
function isOperand({ name }: Parameters<IsHalf>[0]): boolean {
  return name.includes(`${CROSS_ATTENTION}/`) && !name.includes(`${ATTENTION_SCOPE}/`);
}

/** `trunk/blocks.3/attn/Gemm_7` is of `trunk/blocks.3`, `neck/Gemm_1` of `neck`, `Add_2` of `inputs and ends`. */
function blockOf(name: string): string {
  const [first, second] = name.split('/').slice(0, -1);
  if (first === undefined) return 'inputs and ends';
  return second !== undefined && /\.\d+$/.test(second) ? `${first}/${second}` : first;
}

interface BlockCase {
  readonly runtime: NodeGraphRuntime;
  readonly model: Sam2Model;
  readonly graph: GraphName;
  readonly output: string;
  readonly run: KeptRun;
  readonly isHalf: IsHalf;
}

async function blockError({ runtime, model, graph, output, run, isHalf }: BlockCase) {
  using loaded = await runtime.load(graph, halfModel(model, isHalf).encode(graph));
  const entries = Object.entries(run.inputs).map(
    ([name, { dims, host }]) => [name, runtime.tensor(dims, host)] as const,
  );
  const results = await loaded.run(Object.fromEntries(entries), [output]);
  const [actual, expected] = [results[output], run.outputs[output]?.host.data];
  if (actual === undefined || expected === undefined) throw new Error(`${graph} gave no ${output}`);
  const errors = compare(readFloat32(actual), expected);
  for (const tensor of [actual, ...entries.map(([, input]) => input)]) tensor[Symbol.dispose]();
  return errors;
}

function compare(actual: Float32Array, expected: ArrayLike<number>) {
  let [worst, largest, squares, expectedSquares] = [0, 0, 0, 0];
  for (const [i, value] of actual.entries()) {
    const right = expected[i] ?? NaN;
    const difference = Math.abs(value - right);
    worst = difference >= 0 ? Math.max(worst, difference) : Infinity;
    largest = Math.max(largest, Math.abs(right));
    squares += difference ** 2;
    expectedSquares += right ** 2;
  }
  return { worst: worst / largest, rms: Math.sqrt(squares / expectedSquares) };
}

interface TrackCase {
  readonly runtime: GraphRuntime;
  readonly model: Sam2Model;
  readonly checkpoint: Checkpoint;
}

/** Masks of all objects, frame by frame, of discs that move over a gradient. */
async function track({ runtime, model, checkpoint }: TrackCase): Promise<MaskRle[]> {
  const { imageSize } = model;
  const clip = new DiscClip();
  using graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
  using features = new FeatureCache({
    graphs,
    input: async (frame) => {
      const data = modelInput(clip.picture(frame), imageSize);
      return runtime.tensor([1, 3, imageSize, imageSize], { dtype: 'float32', data });
    },
    budgetBytes: FEATURE_BYTES,
  });
  const side = imageSize / 4;
  using tracker = new VideoTracker({
    graphs,
    features,
    postprocess: {
      fillHoles: async (logits) =>
        logits.map((tensor) => {
          const data = fillHoles(readFloat32(tensor), { width: side, height: side });
          return runtime.tensor(tensor.dims, { dtype: 'float32', data });
        }),
    },
    masklets: { maskOf: () => Promise.reject(new Error('no stored mask is needed here')) },
    video: { ...clip.size, frameCount: FRAMES },
    settings: REFERENCE_SETTINGS,
  });
  for (const id of OBJECTS) {
    const points = [{ ...clip.discCentre(id, 0), label: 'positive' as const }];
    const place = { objectId: objectId(id), frame: frameIndex(0) };
    await tracker.setPrompts({ ...place, prompts: { kind: 'clicks', points } });
  }
  const scaling = {
    columns: bilinearTable(side, clip.size.width),
    rows: bilinearTable(side, clip.size.height),
  };
  const masks: MaskRle[] = [];
  for await (const { results } of tracker.propagate({ direction: 'forward' })) {
    for (const { lowResMaskLogits } of results) {
      masks.push(maskToRle(readFloat32(lowResMaskLogits), scaling));
    }
  }
  return masks;
}
