import { beforeAll, expect, test } from 'vitest';
import { type FrameIndex, frameIndex, objectId } from '../../src/core/ids.ts';
import { FeatureCache } from '../../src/engine/sam2/tracker/feature-cache.ts';
import type { ObjectFrameResult } from '../../src/engine/sam2/tracker/propagation.ts';
import { VideoTracker } from '../../src/engine/sam2/tracker/video-tracker.ts';
import { benchCheckpoint } from '../bench/bench-models.ts';
import {
  type BrowserDevice,
  openBrowserDevice,
  openBrowserEngine,
} from '../helpers/browser-engine.ts';

/** Large enough that most buffers of recorded graphs are shared. */
const IMAGE_SIZE = 256;
const FRAMES = 6;
/** Of a few frames, so that frames are encoded again between memories of others. */
const FEATURE_BYTES = 2 ** 23;

let recorded: BrowserDevice;
beforeAll(async () => {
  recorded = await openBrowserDevice({ backend: 'webgpu' });
});

test('a track of tiny with recorded runs is to the bit that without', async () => {
  expect(recorded.plan.report.graphCapture?.isOn).toBe(true);
  const plain = withoutRecording(recorded);
  const wanted = await track(plain);
  const got = await track(recorded);
  expect(got.length).toBeGreaterThan(FRAMES);
  expect(got.map(({ where }) => where)).toEqual(wanted.map(({ where }) => where));
  for (const [index, { where, logits }] of got.entries()) {
    expect(logits, where).toEqual(wanted[index]?.logits);
  }
  // Frames that are prompted show the same again; all others differ.
  const different = new Set(got.map(({ logits }) => logits.join(' ')));
  expect(different.size).toBeGreaterThan(2 * FRAMES);
});

function withoutRecording({ plan, ort }: BrowserDevice): BrowserDevice {
  const graphCapture = { isOn: false, reason: 'As the test asks.' };
  return { ort, plan: { ...plan, report: { ...plan.report, graphCapture } } };
}

interface Logits {
  readonly where: string;
  readonly logits: Float32Array;
}

/** One object from the first frame on and a second from the third, then all of it once more, backwards. */
async function track(device: BrowserDevice): Promise<readonly Logits[]> {
  using engine = await openBrowserEngine(device, benchCheckpoint('tiny'), IMAGE_SIZE);
  const { graphs, runtime } = engine;
  const input = (frame: FrameIndex) => {
    const data = pixels(frame);
    return Promise.resolve(
      runtime.tensor([1, 3, IMAGE_SIZE, IMAGE_SIZE], { dtype: 'float32', data }),
    );
  };
  using features = new FeatureCache({ graphs, input, budgetBytes: FEATURE_BYTES });
  using tracker = new VideoTracker({
    graphs,
    features,
    masklets: { maskOf: () => Promise.reject(new Error('the clip is short enough to hold all')) },
    video: { width: IMAGE_SIZE, height: IMAGE_SIZE, frameCount: FRAMES },
  });
  const seen: Logits[] = [];
  const note = async ({ objectId: id, frame, lowResMaskLogits }: ObjectFrameResult) => {
    seen.push({ where: `object ${id} on ${frame}`, logits: await runtime.read(lowResMaskLogits) });
  };
  const click = async (object: number, frame: number, x: number) => {
    const points = [{ x, y: 100, label: 'positive' as const }];
    const prompts = { kind: 'clicks' as const, points };
    const placed = { objectId: objectId(object), frame: frameIndex(frame), prompts };
    const result = await tracker.setPrompts(placed);
    if (result !== undefined) await note(result);
  };
  const propagate = async (direction: 'forward' | 'reverse', start: number) => {
    for await (const { results } of tracker.propagate({ direction, start: frameIndex(start) })) {
      for (const result of results) await note(result);
    }
  };
  await click(1, 0, 60);
  await propagate('forward', 0);
  await click(2, 2, 180);
  await propagate('forward', 2);
  await propagate('reverse', FRAMES - 1);
  return seen;
}

/** Something that moves over a ground that does not. */
function pixels(frame: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(3 * IMAGE_SIZE ** 2);
  for (const at of data.keys()) {
    const [x, y] = [at % IMAGE_SIZE, Math.floor(at / IMAGE_SIZE) % IMAGE_SIZE];
    const isObject = Math.hypot(x - 60 - 8 * frame, y - 100) < 30;
    data[at] = isObject
      ? 1.5
      : Math.sin(x / 9) * Math.cos(y / 7 + Math.floor(at / IMAGE_SIZE ** 2));
  }
  return data;
}
