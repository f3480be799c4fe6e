import { fillHoles } from '../../src/engine/kernels/fill-holes/fill-holes.ts';
import { bilinearTable } from '../../src/engine/kernels/mask-read/bilinear-table.ts';
import { maskToRle } from '../../src/engine/kernels/mask-read/mask-to-rle.ts';
import { FeatureCache } from '../../src/engine/sam2/tracker/feature-cache.ts';
import type { ObjectFrameResult } from '../../src/engine/sam2/tracker/propagation.ts';
import { REFERENCE_SETTINGS } from '../../src/engine/sam2/tracker/tracker-settings.ts';
import { VideoTracker } from '../../src/engine/sam2/tracker/video-tracker.ts';
import type { BrowserEngine } from '../helpers/browser-engine.ts';
import type { NanoTrack } from '../helpers/nano-track.ts';
import { type Agreement, type ObjectMask, repeatSteps } from '../helpers/track-steps.ts';
import { HOLE_AREA_PX, nanoTrackInput } from '../parity/tracks/nano-track-files.ts';

/** Enough for every clip here, so that no frame is encoded twice. */
const FEATURE_BYTES = 256 * 2 ** 20;

/**
 * Does what was done to the reference with an engine on a GPU, and compares every mask with its own. Logits
 * are read for that; the networks' tensors stay on the device.
 */
export async function repeatOnEngine(
  track: NanoTrack,
  { graphs, runtime }: Pick<BrowserEngine, 'graphs' | 'runtime'>,
): Promise<readonly Agreement[]> {
  const { image_size: size, size: videoSize } = track;
  const [height, width] = videoSize;
  const logitSize = { width: size / 4, height: size / 4 };
  using features = new FeatureCache({
    graphs,
    input: async (frame) => {
      const data = await nanoTrackInput(track, frame);
      return runtime.tensor([1, 3, size, size], { dtype: 'float32', data });
    },
    budgetBytes: FEATURE_BYTES,
  });
  using tracker = new VideoTracker({
    graphs,
    features,
    postprocess: {
      fillHoles: async (logits) => {
        const filled = [];
        for (const tensor of logits) {
          const data = fillHoles(await runtime.read(tensor), logitSize, HOLE_AREA_PX);
          filled.push(runtime.tensor(tensor.dims, { dtype: 'float32', data }));
        }
        return filled;
      },
    },
    masklets: { maskOf: () => Promise.reject(new Error('the clip is short enough to hold all')) },
    video: { width, height, frameCount: track.origin.frames.length },
    settings: REFERENCE_SETTINGS,
  });
  const masked = async (result: ObjectFrameResult): Promise<ObjectMask> => ({
    ...result,
    mask: maskToRle(await runtime.read(result.lowResMaskLogits), {
      columns: bilinearTable(logitSize.width, width),
      rows: bilinearTable(logitSize.height, height),
    }),
  });
  const target = {
    setPrompts: async (placed: Parameters<typeof tracker.setPrompts>[0]) => {
      const result = await tracker.setPrompts(placed);
      return result && (await masked(result));
    },
    removeObject: async (id: ObjectFrameResult['objectId']) => tracker.removeObject(id),
    propagate: async function* (range: Parameters<typeof tracker.propagate>[0]) {
      for await (const { frame, results } of tracker.propagate(range)) {
        const masks: ObjectMask[] = [];
        for (const result of results) masks.push(await masked(result));
        yield { frame, masks };
      }
    },
  };
  return await repeatSteps(target, track.steps, { width, height });
}
