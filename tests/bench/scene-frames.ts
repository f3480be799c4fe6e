import type { FrameForm } from '../../src/core/frame/model-frame.ts';
import { frameIndex } from '../../src/core/ids.ts';
import { rleArea } from '../../src/core/rle.ts';
import { BenchmarkScene } from '../../src/engine/benchmark/benchmark-scene.ts';
import { SceneMedia } from '../../src/engine/benchmark/scene-media.ts';
import { clickOnObject } from '../../src/engine/benchmark/scene-session.ts';
import type { SegmentationSession } from '../../src/engine/session/segmentation-session.ts';

/** What some tracked frames took, each, and the area of the last one's mask. */
export interface FrameTimes {
  readonly ms: readonly number[];
  readonly areaPx: number;
}

/** Tracks one object of the benchmark's scene some frames at a time, whatever the session runs on. */
export class SceneFrames {
  readonly scene = new BenchmarkScene();
  readonly media: SceneMedia;
  #arrivals: number[] = [];
  #areaPx = 0;
  #next = 0;

  constructor() {
    this.media = new SceneMedia(this.scene, (masks) => {
      this.#arrivals.push(performance.now());
      this.#areaPx = masks.reduce((sum, { mask }) => sum + rleArea(mask), 0);
    });
  }

  /** Makes the frames as the session takes them and clicks the object on the first one. */
  async begin(session: SegmentationSession, form: FrameForm): Promise<void> {
    this.scene.prepare(form);
    await session.setPrompts(clickOnObject(this.scene, frameIndex(0), { id: 1, shape: 1 }));
  }

  /** Tracks so many frames on from where it stands: from the pixels to the masks' run lengths. */
  async track(session: SegmentationSession, frames: number): Promise<FrameTimes> {
    const first = this.#next;
    this.#next += frames;
    this.#arrivals = [performance.now()];
    const run = session.propagate({
      start: frameIndex(first),
      end: frameIndex(first + frames - 1),
      direction: 'forward',
    });
    for (let state = 'running'; state === 'running';) ({ state } = await run.nextBatch(1000));
    const ms = this.#arrivals.slice(1).map((at, i) => at - (this.#arrivals[i] ?? 0));
    return { ms, areaPx: this.#areaPx };
  }
}
