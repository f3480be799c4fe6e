import type { Size } from '../../../src/core/geometry.ts';
import type { MaskRle } from '../../../src/core/rle.ts';
import type { Checkpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import { fillHoles } from '../../../src/engine/kernels/fill-holes/fill-holes.ts';
import { bilinearTable } from '../../../src/engine/kernels/mask-read/bilinear-table.ts';
import { maskToRle } from '../../../src/engine/kernels/mask-read/mask-to-rle.ts';
import type { GraphRuntime } from '../../../src/engine/graph-runtime.ts';
import { buildSam2Model, type Sam2Model } from '../../../src/engine/sam2/sam2-model.ts';
import { Sam2Graphs } from '../../../src/engine/sam2/sam2-graphs.ts';
import { FeatureCache } from '../../../src/engine/sam2/tracker/feature-cache.ts';
import type { ObjectFrameResult } from '../../../src/engine/sam2/tracker/propagation.ts';
import {
  REFERENCE_SETTINGS,
  type TrackerSettings,
} from '../../../src/engine/sam2/tracker/tracker-settings.ts';
import { VideoTracker } from '../../../src/engine/sam2/tracker/video-tracker.ts';
import { NodeGraphRuntime, readFloat32 } from '../../helpers/onnx-node.ts';
import type { StepTarget } from '../../helpers/track-steps.ts';

/** Enough for every clip here, so that no frame is encoded twice. */
const FEATURE_BYTES = 512 * 2 ** 20;

/** What is tracked, and with what. */
export interface NodeTrackerOptions {
  readonly checkpoint: Checkpoint;
  /** Its graphs; those of float32 unless given. */
  readonly model?: Sam2Model;
  /** What its graphs run on instead of ONNX Runtime in Node, over it. */
  readonly runtimeOver?: (runtime: NodeGraphRuntime) => GraphRuntime;
  /** S */
  readonly imageSize: number;
  readonly video: Size & { readonly frameCount: number };
  /** `[1,3,S,S]` */
  readonly image: (frame: number) => Promise<Float32Array>;
  /** `fill_hole_area` */
  readonly holeAreaPx: number;
  readonly settings?: TrackerSettings;
}

/** The tracker over ONNX Runtime in Node, with the reference's settings unless given. */
export async function withNodeTracker<T>(
  options: NodeTrackerOptions,
  use: (tracker: VideoTracker) => Promise<T>,
): Promise<T> {
  const { checkpoint, imageSize, image, holeAreaPx, video } = options;
  const model = options.model ?? buildSam2Model(checkpoint, imageSize);
  await using node = await NodeGraphRuntime.create();
  await node.mount(model.weights, checkpoint);
  const runtime = options.runtimeOver?.(node) ?? node;
  // Two objects of a golden go through the graphs for two, which WASM does without.
  using graphs = await Sam2Graphs.load({ runtime, model, checkpoint, objectsTogether: 2 });
  using features = new FeatureCache({
    graphs,
    input: async (frame) => {
      const data = await image(frame);
      return runtime.tensor([1, 3, imageSize, imageSize], { dtype: 'float32', data });
    },
    budgetBytes: FEATURE_BYTES,
  });
  const logitSize = { width: imageSize / 4, height: imageSize / 4 };
  using tracker = new VideoTracker({
    graphs,
    features,
    postprocess: {
      fillHoles: async (logits) =>
        logits.map((tensor) => {
          const data = fillHoles(readFloat32(tensor), logitSize, holeAreaPx);
          return runtime.tensor(tensor.dims, { dtype: 'float32', data });
        }),
    },
    // Clips here are short enough that the tracker holds all it needs; asking is an error.
    masklets: {
      maskOf: (id, frame) => {
        throw new Error(`a stored mask was asked for: object ${id}, frame ${frame}`);
      },
    },
    video,
    settings: options.settings ?? REFERENCE_SETTINGS,
  });
  return await use(tracker);
}

/** The tracker as what a list of steps is repeated on. */
export function stepTarget(tracker: VideoTracker, video: Size): StepTarget {
  const masked = (result: ObjectFrameResult) => ({ ...result, mask: maskOf(result, video) });
  return {
    setPrompts: async (placed) => {
      const result = await tracker.setPrompts(placed);
      return result === undefined ? undefined : masked(result);
    },
    removeObject: async (id) => tracker.removeObject(id),
    propagate: async function* (range) {
      for await (const { frame, results } of tracker.propagate(range)) {
        yield { frame, masks: results.map(masked) };
      }
    },
  };
}

/** The mask of a result at the video's size. */
function maskOf({ lowResMaskLogits }: ObjectFrameResult, video: Size): MaskRle {
  const side = lowResMaskLogits.dims[3] ?? 0;
  return maskToRle(readFloat32(lowResMaskLogits), {
    columns: bilinearTable(side, video.width),
    rows: bilinearTable(side, video.height),
  });
}
