import '../../src/core/dispose-polyfill.ts';
import { expose } from 'comlink';
import { invariant } from '../../src/core/assert.ts';
import { CallQueue } from '../../src/engine/runtime/call-queue.ts';
import type { ModelSize } from '../../src/engine/sam2/model-config.ts';
import { SegmentationSession } from '../../src/engine/session/segmentation-session.ts';
import { openBrowserDevice, openBrowserEngine } from '../helpers/browser-engine.ts';
import { benchCheckpoint } from './bench-models.ts';
import { SceneFrames, type FrameTimes } from './scene-frames.ts';

/** What to track with. */
export interface RatioModel {
  readonly size: ModelSize;
  readonly imageSize: number;
  readonly threads: number;
  /** Frames that may be tracked. */
  readonly frameCount: number;
}

const frames = new SceneFrames();
let session: SegmentationSession | undefined;

const api = {
  async open({ size, imageSize, threads, frameCount }: RatioModel): Promise<void> {
    const device = await openBrowserDevice({ backend: 'wasm', threads });
    const { graphs, kernels } = await openBrowserEngine(device, benchCheckpoint(size), imageSize);
    session = new SegmentationSession({
      graphs,
      kernels,
      media: frames.media,
      video: { ...frames.scene.size, frameCount },
      queue: new CallQueue(),
      corrections: 'keep',
    });
    await frames.begin(session, kernels.frameForm);
  },

  async track(count: number): Promise<FrameTimes> {
    invariant(session !== undefined, 'open comes first');
    return frames.track(session, count);
  },
};

/** The worker, as the page of the bench sees it. */
export type RatioApi = typeof api;

expose(api);
