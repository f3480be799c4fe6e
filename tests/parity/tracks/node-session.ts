import { invariant } from '../../../src/core/assert.ts';
import {
  ModelFrameMaker,
  type FrameForm,
  type ModelFrame,
} from '../../../src/core/frame/model-frame.ts';
import { rgbaPicture } from '../../../src/core/frame/stored-picture.ts';
import type { FrameIndex, ObjectId } from '../../../src/core/ids.ts';
import type { MaskRle } from '../../../src/core/rle.ts';
import type { Checkpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import { CpuTensorKernels } from '../../../src/engine/session/cpu-tensor-kernels.ts';
import { CallQueue } from '../../../src/engine/runtime/call-queue.ts';
import { buildSam2Model } from '../../../src/engine/sam2/sam2-model.ts';
import { Sam2Graphs } from '../../../src/engine/sam2/sam2-graphs.ts';
import { SegmentationSession } from '../../../src/engine/session/segmentation-session.ts';
import type { SessionVideo } from '../../../src/protocol/inference-api.ts';
import type { FrameMask, MediaPort } from '../../../src/protocol/media-api.ts';
import type { MaskPreview, PreviewPort } from '../../../src/protocol/mask-preview.ts';
import { decodeImage } from '../../helpers/decode-image.ts';
import { NodeGraphRuntime, readFloat32 } from '../../helpers/onnx-node.ts';

/** A folder of images as the clip, which keeps the masks it is given. */
export class ImageClip implements MediaPort, PreviewPort {
  /** Frames that were asked for, in order. */
  readonly read: FrameIndex[] = [];
  /** Masks that came since the last `takePut`. */
  #put: FrameMask[] = [];
  readonly #masks = new Map<string, MaskRle>();
  readonly #pathOf: (frame: FrameIndex) => string;
  readonly #maker = new ModelFrameMaker();

  constructor(pathOf: (frame: FrameIndex) => string) {
    this.#pathOf = pathOf;
  }

  async modelFrame(frame: FrameIndex, form: FrameForm): Promise<ModelFrame> {
    this.read.push(frame);
    return this.#maker.make(rgbaPicture(await decodeImage(this.#pathOf(frame))), form);
  }

  async putMasks(masks: readonly FrameMask[]): Promise<readonly (number | undefined)[]> {
    this.#put.push(...masks);
    for (const { objectId, frame, mask } of masks) this.#masks.set(`${frame}/${objectId}`, mask);
    return masks.map(() => undefined);
  }

  /** The last ones of each kind. */
  readonly previews = new Map<string, readonly MaskPreview[]>();

  async putPreviews(kind: string, previews: readonly MaskPreview[]): Promise<void> {
    this.previews.set(kind, previews);
  }

  takePut(): readonly FrameMask[] {
    const put = this.#put;
    this.#put = [];
    return put;
  }

  async masksOfFrames(): Promise<readonly FrameMask[]> {
    throw new Error('tracking asks for no more than one mask at a time');
  }

  async maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    return this.#masks.get(`${frame}/${objectId}`);
  }
}

interface NodeSessionOptions {
  readonly checkpoint: Checkpoint;
  /** S */
  readonly imageSize: number;
  readonly video: SessionVideo;
  readonly media: MediaPort & PreviewPort;
  /** As many as ONNX Runtime takes unless given. */
  readonly threads?: number;
}

/** A session over ONNX Runtime in Node, with corrections as the reference has them. */
export async function withNodeSession<T>(
  { checkpoint, imageSize, video, media, threads }: NodeSessionOptions,
  use: (session: SegmentationSession) => Promise<T>,
): Promise<T> {
  const model = buildSam2Model(checkpoint, imageSize);
  await using runtime = await NodeGraphRuntime.create(
    threads === undefined ? {} : { intraOpNumThreads: threads },
  );
  await runtime.mount(model.weights, checkpoint);
  using graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
  using kernels = new CpuTensorKernels(runtime, imageSize, readFloat32);
  const session = new SegmentationSession({
    graphs,
    kernels,
    media,
    video,
    queue: new CallQueue(),
    corrections: 'reference',
  });
  const before = runtime.liveTensors;
  try {
    const result = await use(session);
    await session.close();
    invariant(runtime.liveTensors <= before, 'the session left tensors behind');
    return result;
  } finally {
    await session.close();
  }
}
