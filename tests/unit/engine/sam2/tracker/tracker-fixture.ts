import { frameIndex, objectId, type ObjectId } from '../../../../../src/core/ids.ts';
import type { PlacedPrompts, PointPrompt } from '../../../../../src/core/prompts.ts';
import { encodeRle, type MaskRle } from '../../../../../src/core/rle.ts';
import { FeatureCache } from '../../../../../src/engine/sam2/tracker/feature-cache.ts';
import type { Propagation } from '../../../../../src/engine/sam2/tracker/propagation.ts';
import { REFERENCE_SETTINGS } from '../../../../../src/engine/sam2/tracker/tracker-settings.ts';
import {
  VideoTracker,
  type VideoTrackerOptions,
} from '../../../../../src/engine/sam2/tracker/video-tracker.ts';
import type { TrackingRequest } from '../../../../../src/engine/sam2/tracker/tracking-range.ts';
import { FAKE_CONFIG, FakeEngineGraphs, labelOf } from '../../../../helpers/fake-engine-graphs.ts';

export const VIDEO = { width: 128, height: 64 };
export const MUG: ObjectId = objectId(1);
export const HAND: ObjectId = objectId(2);

/** A clip with a tracker over the fake, and the masks that a session would have stored. */
export class TrackerFixture implements Disposable {
  readonly graphs: FakeEngineGraphs;
  readonly cache: FeatureCache;
  readonly tracker: VideoTracker;
  readonly masks = new Map<string, MaskRle>();

  constructor(frameCount: number, options: Partial<VideoTrackerOptions> = {}) {
    this.graphs = new FakeEngineGraphs(FAKE_CONFIG);
    this.cache = new FeatureCache({
      graphs: this.graphs,
      input: async (frame) => this.graphs.image(frame),
      budgetBytes: 0,
    });
    this.tracker = new VideoTracker({
      graphs: this.graphs,
      features: this.cache,
      postprocess: this.graphs,
      masklets: { maskOf: async (id, frame) => this.masks.get(`${id}/${frame}`) },
      video: { ...VIDEO, frameCount },
      settings: REFERENCE_SETTINGS,
      ...options,
    });
  }

  /** Sets points, all positive unless they are given with labels. */
  async click(id: ObjectId, frame: number, ...xs: readonly (number | PointPrompt)[]) {
    const points = xs.map((x) => (typeof x === 'number' ? pointAt(x) : x));
    return await this.tracker.setPrompts(placed(id, frame, { kind: 'clicks', points }));
  }

  async setMask(id: ObjectId, frame: number, mask: MaskRle = leftHalf()) {
    return await this.tracker.setPrompts(placed(id, frame, { kind: 'mask', mask }));
  }

  /** Runs to the end; the results by frame, as `object:logits`. */
  async track(request: TrackingRequest = { direction: 'forward' }) {
    return await finish(this.tracker.propagate(request));
  }

  /** Forgets the calls so far. */
  clearCalls(): void {
    this.graphs.calls.length = 0;
  }

  /** What the last attention saw. */
  lastAttention() {
    return this.graphs.callsOf('attendMemory').at(-1);
  }

  [Symbol.dispose](): void {
    this.tracker[Symbol.dispose]();
    this.cache[Symbol.dispose]();
    this.graphs[Symbol.dispose]();
  }
}

export async function finish(propagation: Propagation) {
  const frames: { frame: number; shown: string[] }[] = [];
  for await (const { frame, results } of propagation) {
    const shown = results.map((result) => `${result.objectId}:${labelOf(result.lowResMaskLogits)}`);
    frames.push({ frame, shown });
  }
  return frames;
}

export function pointAt(x: number, label: PointPrompt['label'] = 'positive'): PointPrompt {
  return { x, y: 20, label };
}

export function leftHalf(): MaskRle {
  const data = new Uint8Array(VIDEO.width * VIDEO.height);
  for (let at = 0; at < data.length; at++) data[at] = at % VIDEO.width < VIDEO.width / 2 ? 1 : 0;
  return encodeRle({ ...VIDEO, data });
}

export function placed(
  id: ObjectId,
  frame: number,
  prompts: PlacedPrompts['prompts'],
): PlacedPrompts {
  return { objectId: id, frame: frameIndex(frame), prompts };
}

/** `[from, …, to]`, either way. */
export function span(from: number, to: number): number[] {
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + step * i);
}
