import type { ModelFrame } from '../../src/core/frame/model-frame.ts';
import type { TruthMask } from '../../src/core/ground-truth.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../src/core/rle.ts';
import type { ExportRequest } from '../../src/protocol/export-api.ts';
import type {
  FrameMask,
  FramePixels,
  MaskIous,
  MediaPort,
  PicturePort,
  PutOptions,
  TruthFrameMasks,
  TruthPort,
  VideoInfo,
} from '../../src/protocol/media-api.ts';

/** A rectangle of object pixels; corners may lie outside. */
export function boxMask(
  size: { readonly width: number; readonly height: number },
  box: readonly [number, number, number, number],
): MaskRle {
  const data = new Uint8Array(size.width * size.height);
  const [x0, y0, x1, y1] = box;
  for (let y = Math.max(y0, 0); y < Math.min(y1, size.height); y++) {
    for (let x = Math.max(x0, 0); x < Math.min(x1, size.width); x++) data[y * size.width + x] = 1;
  }
  return encodeRle({ ...size, data });
}

export function buildVideo(changes: Partial<VideoInfo> = {}): VideoInfo {
  const frameCount = changes.frameCount ?? 5;
  return {
    name: 'blackswan.mp4',
    kind: 'video',
    width: 24,
    height: 16,
    frameCount,
    timestampsUs: Float64Array.from({ length: frameCount }, (_, i) => i * 40_000),
    frameRate: 25,
    codec: 'avc1.640028',
    bytes: 123_456,
    notices: [],
    ...changes,
  };
}

export const CLIP_SHA256 = 'c'.repeat(64);

/** Two objects; a click and a box on frame 0; object 2 looked for and absent on frame 3. */
export function buildRequest(changes: Partial<ExportRequest> = {}): ExportRequest {
  const [swan, reed] = [objectId(1), objectId(2)];
  return {
    format: { kind: 'png-zip' },
    video: buildVideo(),
    videoSha256: CLIP_SHA256,
    objects: [
      { id: swan, name: 'black swan', color: '#ff8800' },
      { id: reed, name: 'reed "Schilf" \\ 蘆', color: '#0088ff' },
    ],
    prompts: [
      {
        objectId: swan,
        frame: frameIndex(0),
        prompts: {
          kind: 'clicks',
          points: [
            { x: 4.25, y: 3.5, label: 'positive' },
            { x: 20.75, y: 1e-9, label: 'negative' },
          ],
          box: { x0: 1, y0: 2, x1: 12.5, y1: 9 },
        },
      },
      {
        objectId: reed,
        frame: frameIndex(1),
        prompts: { kind: 'mask', mask: boxMask(buildVideo(), [2, 2, 9, 9]) },
      },
    ],
    summaries: [
      {
        objectId: swan,
        frame: frameIndex(0),
        areaPx: 48,
        objectScoreLogit: 12.345678901234567,
        predictedIou: 0.987,
        origin: 'prompt',
      },
      {
        objectId: reed,
        frame: frameIndex(3),
        areaPx: 0,
        objectScoreLogit: -3.5,
        predictedIou: 0,
        direction: 'reverse',
        oppositeIou: 0.25,
        origin: 'tracked',
      },
    ],
    model: {
      fileName: 'sam2.1_hiera_tiny.pt',
      fileBytes: 156_008_466,
      sha256: 'a'.repeat(64),
      size: 'tiny',
      version: '2.1',
      parameters: 38_961_000,
      imageSize: 1024,
      precision: 'fp16',
      device: {
        backend: 'webgpu',
        bundle: 'jspi',
        memory: { capacityBytes: 4 * 2 ** 30, largestBufferBytes: 2 ** 30 },
        adapter: {
          vendor: 'acme',
          architecture: 'gen-9',
          description: 'A GPU',
          isFallback: false,
          maxBufferBytes: 1 << 30,
          hasShaderF16: true,
        },
        threads: 1,
        reason: 'a GPU answers',
      },
      notices: [],
      loadMs: 1234,
    },
    appVersion: '0.1.0',
    createdAt: '2026-11-23T08:00:00Z',
    ...changes,
  };
}

/** Masks of `buildRequest`: both objects overlap on frame 1; frames 2 and 4 have none. */
export function buildMasks(video: VideoInfo = buildVideo()): FrameMask[] {
  return [
    { objectId: objectId(1), frame: frameIndex(0), mask: boxMask(video, [4, 4, 12, 10]) },
    { objectId: objectId(1), frame: frameIndex(1), mask: boxMask(video, [0, 0, 10, 10]) },
    { objectId: objectId(2), frame: frameIndex(1), mask: boxMask(video, [5, 5, 24, 16]) },
  ];
}

/** Keeps masks as the decode worker does, or makes them when asked; counts what it hands out. */
export class FakeMediaPort implements MediaPort, PicturePort, TruthPort {
  readonly puts: FrameMask[][] = [];
  readonly putOptions: PutOptions[] = [];
  /** What `putTruth` brought since it was last settled, call by call. */
  stagedTruth: TruthFrameMasks[][] = [];
  /** The ground truth in use. */
  truth: readonly TruthFrameMasks[] = [];
  readonly settled: ('use' | 'discard')[] = [];
  onPutTruth: (() => Promise<void> | void) | undefined;
  readonly #masks = new Map<number, Map<number, MaskRle>>();
  readonly #generate: ((frame: FrameIndex) => readonly FrameMask[]) | undefined;
  /** Frames asked for by now, and the most in one call. */
  requestedFrames = 0;
  maxBatchFrames = 0;
  onRequest: ((start: FrameIndex) => void) | undefined;
  /** Absent: asking for pixels is a failure. */
  pixelsOf: ((frame: FrameIndex) => FramePixels) | undefined;

  constructor(masks: readonly FrameMask[] | ((frame: FrameIndex) => readonly FrameMask[]) = []) {
    if (typeof masks === 'function') this.#generate = masks;
    else this.#store(masks);
  }

  async modelFrame(): Promise<ModelFrame> {
    throw new Error('An export runs no model');
  }

  async framePixels(frame: FrameIndex): Promise<FramePixels> {
    if (this.pixelsOf === undefined) throw new Error('An export of masks reads no pixels');
    return this.pixelsOf(frame);
  }

  async clipFile(): Promise<undefined> {
    return undefined;
  }

  async framePicture(): Promise<VideoFrame> {
    throw new Error('An export of masks shows no pictures');
  }

  async putMasks(masks: readonly FrameMask[], options: PutOptions = {}): Promise<MaskIous> {
    this.puts.push([...masks]);
    this.putOptions.push(options);
    this.#store(masks);
    return masks.map(() => undefined);
  }

  async masksOfFrames(start: FrameIndex, end: FrameIndex): Promise<readonly FrameMask[]> {
    this.onRequest?.(start);
    this.requestedFrames += end - start;
    this.maxBatchFrames = Math.max(this.maxBatchFrames, end - start);
    const masks: FrameMask[] = [];
    for (let index = start as number; index < end; index++) {
      const frame = frameIndex(index);
      if (this.#generate !== undefined) masks.push(...this.#generate(frame));
      const stored = [...(this.#masks.get(frame) ?? [])].sort(([a], [b]) => a - b);
      masks.push(...stored.map(([id, mask]) => ({ objectId: objectId(id), frame, mask })));
    }
    return masks;
  }

  async maskOf(id: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    const generated = this.#generate?.(frame).find(({ objectId }) => objectId === id);
    if (generated !== undefined) return generated.mask;
    return this.#masks.get(frame)?.get(id);
  }

  async putTruth(frames: readonly TruthFrameMasks[]): Promise<void> {
    await this.onPutTruth?.();
    this.stagedTruth.push([...frames]);
  }

  async settleTruth(how: 'use' | 'discard'): Promise<void> {
    this.settled.push(how);
    if (how === 'use') this.truth = this.stagedTruth.flat();
    this.stagedTruth = [];
  }

  async truthMasks(sequence: string, frame: FrameIndex): Promise<readonly TruthMask[]> {
    const found = this.truth.find((one) => one.sequence === sequence && one.frame === frame);
    return found?.masks ?? [];
  }

  #store(masks: readonly FrameMask[]): void {
    for (const { objectId, frame, mask } of masks) {
      const ofFrame = this.#masks.get(frame) ?? new Map<number, MaskRle>();
      ofFrame.set(objectId, mask);
      this.#masks.set(frame, ofFrame);
    }
  }
}
