import type { FrameForm, ModelFrame } from '../../core/frame/model-frame.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';
import type { PreviewPort } from '../../protocol/mask-preview.ts';
import type { FrameMask, MediaPort, SummarisedMask } from '../../protocol/media-api.ts';
import type { BenchmarkScene } from './benchmark-scene.ts';
import { nextTask } from './next-task.ts';

/**
 * Gives a session the scene's frames and takes its masks, in place of the decode worker: the user's
 * clip and masks have no part in a benchmark. Answers come in tasks of their own, as that worker's do.
 */
export class SceneMedia implements MediaPort, PreviewPort {
  readonly #scene: BenchmarkScene;
  readonly #onMasks: (masks: readonly SummarisedMask[]) => void;

  constructor(
    scene: BenchmarkScene,
    onMasks: (masks: readonly SummarisedMask[]) => void = () => undefined,
  ) {
    this.#scene = scene;
    this.#onMasks = onMasks;
  }

  async modelFrame(frame: FrameIndex, form: FrameForm): Promise<ModelFrame> {
    await nextTask();
    return this.#scene.modelFrame(frame, form);
  }

  async putMasks(masks: readonly SummarisedMask[]): Promise<readonly undefined[]> {
    this.#onMasks(masks);
    await nextTask();
    return masks.map(() => undefined);
  }

  async masksOfFrames(): Promise<readonly FrameMask[]> {
    return [];
  }

  // Only a correction far from what was tracked last asks for one.
  async maskOf(_objectId: ObjectId, _frame: FrameIndex): Promise<MaskRle | undefined> {
    return undefined;
  }

  async putPreviews(): Promise<void> {}
}
