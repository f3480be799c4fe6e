import { transfer, wrap, type Remote } from 'comlink';
import { invariant } from '../../src/core/assert.ts';
import { InferenceClient } from '../../src/client/inference-client.ts';
import { MediaClient } from '../../src/client/media-client.ts';
import { frameIndex, type FrameIndex } from '../../src/core/ids.ts';
import type { MaskSummary } from '../../src/core/prompts.ts';
import { installErrorTransfer } from '../../src/protocol/error-transfer.ts';
import type { ModelPreferences, ModelReport, ModelSource } from '../../src/protocol/device.ts';
import type { PropagationRequest } from '../../src/protocol/inference-api.ts';
import type { MediaPort, PicturePort, VideoInfo } from '../../src/protocol/media-api.ts';
import type { ObjectMask, StepTarget } from './track-steps.ts';

installErrorTransfer();

/** The studio's own two workers, joined as the page joins them, and a look at the masks. */
export class StudioWorkers implements Disposable {
  readonly media: MediaClient;
  readonly inference: InferenceClient;
  /** The decode worker's other face, where masks can be read. */
  readonly masks: Remote<MediaPort & PicturePort>;

  constructor() {
    const fail = (error: Error) => {
      throw error;
    };
    this.media = new MediaClient({ spawn: spawnDecodeWorker, onDeath: fail, onFault: fail });
    this.inference = new InferenceClient({
      spawn: spawnInferenceWorker,
      media: this.media,
      onFault: fail,
      nowMs: () => performance.now(),
    });
    const { port1, port2 } = new MessageChannel();
    this.masks = wrap<MediaPort & PicturePort>(port1);
    // Its failure would show in every read of a mask.
    this.media.connect(transfer(port2, [port2])).catch(() => undefined);
  }

  loadModel(preferences: ModelPreferences, source: ModelSource = { kind: 'bundled' }) {
    return this.inference.loadModel(source, preferences, () => {}) satisfies Promise<ModelReport>;
  }

  /** Opens frames as a clip and starts a session on it. */
  async openFrames(name: string, files: readonly File[]): Promise<VideoInfo> {
    const info = await this.media.open({ kind: 'folder', name, files });
    await this.inference.startSession(info);
    return info;
  }

  /** Reads the mask that a summary tells of where the stage would. */
  async maskOf({ objectId, frame, areaPx }: MaskSummary): Promise<ObjectMask> {
    const mask = await this.masks.maskOf(objectId, frame);
    invariant(mask !== undefined, `object ${objectId} has no mask on frame ${frame}, ${areaPx} px`);
    return { objectId, frame, mask };
  }

  /** Runs a propagation to its end. */
  async *propagate(request: PropagationRequest): AsyncGenerator<readonly MaskSummary[], void> {
    const cursor = await this.inference.propagate(request);
    for (let state = 'running'; state === 'running';) {
      const batch = await cursor.nextBatch(1000);
      ({ state } = batch);
      yield* byFrame(batch.summaries);
    }
  }

  /** What steps are repeated on: prompts in by the API, masks out by the port. */
  stepTarget({ frameCount }: VideoInfo): StepTarget {
    const promptedFrames: FrameIndex[] = [];
    return {
      setPrompts: async (placed) => {
        promptedFrames.push(placed.frame);
        const summary = await this.inference.setPrompts(placed);
        return summary === undefined ? undefined : this.maskOf(summary);
      },
      removeObject: (id) => this.inference.removeObject(id),
      propagate: (range) => this.#maskedFrames(wholeRange(range, promptedFrames, frameCount)),
    };
  }

  async *#maskedFrames(request: PropagationRequest) {
    for await (const summaries of this.propagate(request)) {
      const masks = await Promise.all(summaries.map((summary) => this.maskOf(summary)));
      const [first] = masks;
      invariant(first !== undefined, 'a frame without objects was tracked');
      yield { frame: first.frame, masks };
    }
  }

  [Symbol.dispose](): void {
    this.inference[Symbol.dispose]();
    this.media[Symbol.dispose]();
  }
}

/** Summaries of one frame come together. */
function byFrame(summaries: readonly MaskSummary[]): Iterable<readonly MaskSummary[]> {
  const frames = new Map<FrameIndex, MaskSummary[]>();
  for (const summary of summaries) {
    frames.set(summary.frame, [...(frames.get(summary.frame) ?? []), summary]);
  }
  return frames.values();
}

/** The ends that the reference takes where none are given. */
function wholeRange(
  { direction, start, end }: Parameters<StepTarget['propagate']>[0],
  promptedFrames: readonly FrameIndex[],
  frameCount: number,
): PropagationRequest {
  return {
    direction,
    start: start ?? frameIndex(Math.min(...promptedFrames)),
    end: end ?? frameIndex(direction === 'forward' ? frameCount - 1 : 0),
  };
}

function spawnDecodeWorker(): Worker {
  return new Worker(new URL('../../workers/decode.worker.ts', import.meta.url), {
    type: 'module',
  });
}

function spawnInferenceWorker(): Worker {
  return new Worker(new URL('../../workers/inference.worker.ts', import.meta.url), {
    type: 'module',
  });
}
