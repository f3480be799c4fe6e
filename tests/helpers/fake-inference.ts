import { proxy } from 'comlink';
import { StudioError } from '../../src/core/errors.ts';
import { frameIndex, type FrameIndex, type ObjectId } from '../../src/core/ids.ts';
import type { FrameMemoryEdit, MemoryAccount } from '../../src/core/memory.ts';
import type {
  CandidateSummary,
  CorrectionMode,
  MaskSummary,
  PlacedClicks,
  PlacedPrompts,
} from '../../src/core/prompts.ts';
import type {
  DeviceMemory,
  DeviceReport,
  LoadProgress,
  MemoryReport,
  ModelPreferences,
  ModelReport,
  ModelSource,
} from '../../src/protocol/device.ts';
import type {
  InferenceApi,
  MaskCheckRequest,
  PropagationBatch,
  PropagationCursor,
  PropagationRequest,
  SessionVideo,
} from '../../src/protocol/inference-api.ts';
import type { BenchmarkCursor, BenchmarkRequest } from '../../src/protocol/benchmark-api.ts';
import { FakeBenchmark } from './fake-benchmark.ts';
import { fakeAccount } from './fake-memory.ts';
import { discFor, FakeMasks, type Disc, type FakeSaid } from './fake-masks.ts';

const SIZES = ['nano', 'tiny', 'small', 'base_plus', 'large'] as const;

interface FakeInferenceOptions {
  readonly masks?: FakeMasks;
  readonly backend?: 'webgpu' | 'wasm';
  /** How long each step takes; 0 in tests of logic. */
  readonly delayMs?: number;
  /** Tracked frames on which every object is absent. */
  readonly absentFrames?: (frame: number) => boolean;
  /** What is said of a tracked mask in place of the usual. */
  readonly opinions?: FakeOpinions;
}

/** From which frame to track, and which way. */
interface FakeStep extends Pick<PropagationRequest, 'direction'> {
  readonly from: FrameIndex;
}

/** What is said of an object on a frame, in place of the usual. */
export type FakeOpinions = (
  object: number,
  frame: number,
) => Partial<Omit<MaskSummary, 'objectId' | 'frame' | 'origin'>>;

/** An engine that tracks discs. It keeps what it was told, for tests to look at. */
export class FakeInference implements InferenceApi {
  readonly calls: string[] = [];
  readonly prompts = new Map<string, PlacedPrompts>();
  session: SessionVideo | undefined;
  corrections: CorrectionMode = 'keep';
  /** By object; none where all was taken back. */
  readonly memoryEdits = new Map<ObjectId, readonly FrameMemoryEdit[]>();
  restored: readonly PlacedPrompts[] | undefined;
  model: ModelSource | undefined;
  /** Thrown by the next call of this name, once. */
  readonly failures = new Map<keyof InferenceApi | 'nextBatch', Error>();
  /** Every session that was restored, oldest first. */
  readonly sessions: {
    readonly video: SessionVideo;
    readonly prompts: readonly PlacedPrompts[];
  }[] = [];
  /** What was answered, oldest first; none while `answersPreviews` is off, as on a new frame. */
  readonly previews: { readonly placed: PlacedClicks; readonly key: string }[] = [];
  answersPreviews = true;
  /** What each single point may mean. */
  candidatesOfPoints: readonly Omit<CandidateSummary, 'candidate' | 'key'>[] = [
    { predictedIou: 0.71, areaPx: 900, iouWithBest: 0.4 },
    { predictedIou: 0.93, areaPx: 2600, iouWithBest: 1 },
    { predictedIou: 0.88, areaPx: 7100, iouWithBest: 0.35 },
  ];
  readonly requests: PropagationRequest[] = [];
  /** What the next benchmark measures. */
  benchmarks = new FakeBenchmark();
  readonly checks: MaskCheckRequest[] = [];
  /** What a check finds of a mask that is there: all agree unless given. */
  agreementOf: (object: number, frame: number) => number = () => 0.97;
  /** While set, propagation stands still after this many frames. */
  holdAfterFrames: number | undefined;
  /** With a rule for agreement, masks agree after this many frames of a pass; never while absent. */
  agreesAfterFrames: number | undefined;
  /** While set, propagation stands still before this frame of the clip. */
  holdBeforeFrame: number | undefined;
  /** What the device is said to hold. */
  deviceMemory: DeviceMemory = { capacityBytes: 4 * 2 ** 30, largestBufferBytes: 4 * 2 ** 30 };
  readonly masks: FakeMasks;
  readonly #options: FakeInferenceOptions;

  constructor(options: FakeInferenceOptions = {}) {
    this.#options = options;
    this.masks = options.masks ?? new FakeMasks();
  }

  async probe(_preferences: ModelPreferences): Promise<DeviceReport> {
    this.#begin('probe');
    return this.#device();
  }

  async memoryReport(_preferences: ModelPreferences, objects: number): Promise<MemoryReport> {
    this.#begin('memoryReport');
    const isGpu = this.#device().backend === 'webgpu';
    const { capacityBytes } = this.deviceMemory;
    const estimates = SIZES.flatMap((size, at) =>
      [128, 256, 512, 1024].map((imageSize) => {
        const bytes = (at + 1) * imageSize ** 2 * 600 + objects * imageSize ** 2 * 60;
        return { size, imageSize, bytes, fits: bytes <= capacityBytes };
      }),
    );
    return { ...(isGpu && { heldBytes: 52_000_000 }), objects, estimates };
  }

  async loadModel(
    source: ModelSource,
    preferences: ModelPreferences,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<ModelReport> {
    this.#begin('loadModel');
    for (const [stage, fraction] of [
      ['downloading', 0.3],
      ['building graphs', 0.7],
      ['checking', 0.95],
    ] as const) {
      onProgress({ stage, fraction });
      await this.#wait();
    }
    this.model = source;
    const isBundled = source.kind === 'bundled';
    return {
      fileName: isBundled ? 'sam2.1_hiera_nano.safetensors' : fileNameOf(source.file),
      fileBytes: isBundled ? 10_788_892 : source.file.size,
      sha256: isBundled
        ? '0f3b1c2d4e5f60718293a4b5c6d7e8f90f3b1c2d4e5f60718293a4b5c6d7e8f9'
        : 'c4'.repeat(32),
      size: isBundled ? 'nano' : 'tiny',
      version: '2.1',
      parameters: isBundled ? 5_385_000 : 38_900_000,
      imageSize: preferences.imageSize ?? 512,
      precision: preferences.precision ?? 'fp16',
      device: this.#device(),
      notices: [],
      loadMs: 812,
    };
  }

  async connectMedia(port: MessagePort): Promise<void> {
    this.#begin('connectMedia');
    port.close();
  }

  async startSession(video: SessionVideo): Promise<void> {
    this.#begin('startSession');
    this.session = video;
    this.prompts.clear();
    this.memoryEdits.clear();
  }

  async setPrompts(placed: PlacedPrompts): Promise<MaskSummary | undefined> {
    this.#begin('setPrompts');
    await this.#wait(3);
    const key = `${placed.objectId}/${placed.frame}`;
    const { prompts } = placed;
    if (prompts.kind === 'clicks' && prompts.points.length === 0 && prompts.box === undefined) {
      this.prompts.delete(key);
      return undefined;
    }
    this.prompts.set(key, placed);
    const disc = discFor(prompts, this.session?.width ?? 100);
    const summary = summaryOf(placed.objectId, placed.frame, { disc, origin: 'prompt' });
    this.masks.put(placed.objectId, placed.frame, disc, saidIn(summary));
    return summary;
  }

  async previewPrompt(placed: PlacedClicks, key: string): Promise<boolean> {
    this.#begin('previewPrompt');
    await this.#wait();
    if (!this.answersPreviews) return false;
    this.previews.push({ placed, key });
    return true;
  }

  async candidates(
    objectId: ObjectId,
    frame: FrameIndex,
  ): Promise<readonly CandidateSummary[] | undefined> {
    this.#begin('candidates');
    await this.#wait();
    const prompts = this.prompts.get(`${objectId}/${frame}`)?.prompts;
    if (prompts?.kind !== 'clicks' || prompts.points.length !== 1) return undefined;
    return this.candidatesOfPoints.map((said, at) => {
      const candidate = at === 0 ? 0 : at === 1 ? 1 : 2;
      return { ...said, candidate, key: `candidate ${candidate} of ${objectId} on ${frame}` };
    });
  }

  async setMemoryEdits(objectId: ObjectId, edits: readonly FrameMemoryEdit[]): Promise<void> {
    this.#begin('setMemoryEdits');
    if (edits.length === 0) this.memoryEdits.delete(objectId);
    else this.memoryEdits.set(objectId, edits);
  }

  async memoryAccount(objectId: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined> {
    this.#begin('memoryAccount');
    await this.#wait();
    const prompted = [...this.prompts.values()].filter((placed) => placed.objectId === objectId);
    const known = {
      objectId,
      prompted: prompted.map((placed) => Number(placed.frame)),
      edits: this.memoryEdits.get(objectId) ?? [],
      hasMask: (at: number) => this.masks.get(objectId, frameIndex(at)) !== undefined,
      frameCount: this.session?.frameCount ?? 0,
    };
    return fakeAccount(known, frame);
  }

  async setCorrectionMode(mode: CorrectionMode): Promise<void> {
    this.#begin('setCorrectionMode');
    this.corrections = mode;
  }

  async removeObject(objectId: ObjectId): Promise<void> {
    this.#begin('removeObject');
    this.memoryEdits.delete(objectId);
    for (const [key, placed] of this.prompts) {
      if (placed.objectId === objectId) this.prompts.delete(key);
    }
  }

  async propagate(request: PropagationRequest): Promise<PropagationCursor> {
    this.#begin('propagate');
    this.requests.push(request);
    const frames = this.#framesOf(request);
    const framesTotal = frames.length;
    const objects = request.objectIds ?? [];
    let framesDone = 0;
    let isCancelled = false;
    const nextBatch = async (): Promise<PropagationBatch> => {
      this.#fail('nextBatch');
      await this.#wait();
      if (isCancelled) return { summaries: [], framesDone, framesTotal, state: 'cancelled' };
      const [before, frame] = [frames[framesDone - 1], frames[framesDone]];
      if (this.#isHeld(framesDone, frame)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return { summaries: [], framesDone, framesTotal, state: 'running' };
      }
      if (frame === undefined) throw new Error('there is no frame to track');
      framesDone++;
      const isMet = request.until !== undefined && framesDone === this.agreesAfterFrames;
      const state = isMet || framesDone === framesTotal ? 'complete' : 'running';
      const stopped = isMet && framesDone < framesTotal ? { stoppedAt: frame } : {};
      const summaries = objects
        .filter((object) => !this.#isPinned(object, frame))
        .map((object) => this.#trackOne(object, frame, { ...request, from: before ?? frame }));
      return { summaries, framesDone, framesTotal, state, ...stopped };
    };
    const cancel = async () => {
      isCancelled = true;
    };
    return proxy({ nextBatch, cancel });
  }

  /** Ends with the session that it was begun beside. */
  async checkMasks({ objectId, ...range }: MaskCheckRequest): Promise<PropagationCursor> {
    this.#begin('checkMasks');
    this.checks.push({ objectId, ...range });
    const { session } = this;
    const frames = this.#framesOf(range);
    const framesTotal = frames.length;
    let framesDone = 0;
    let isCancelled = false;
    const nextBatch = async (): Promise<PropagationBatch> => {
      this.#fail('nextBatch');
      await this.#wait();
      const frame = frames[framesDone];
      if (isCancelled || session !== this.session) {
        return { summaries: [], framesDone, framesTotal, state: 'cancelled' };
      }
      if (this.#isHeld(framesDone, frame)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return { summaries: [], framesDone, framesTotal, state: 'running' };
      }
      if (frame === undefined) throw new Error('there is no frame to check');
      const isFirst = framesDone++ === 0;
      const disc = this.masks.get(objectId, frame);
      const oppositeIou = this.agreementOf(objectId, frame);
      if (disc !== undefined && !isFirst) this.masks.agree(objectId, frame, oppositeIou);
      const said = summaryOf(objectId, frame, {
        disc: disc ?? { x: 0, y: 0, radius: 0 },
        origin: isFirst ? 'prompt' : 'tracked',
      });
      const summary = isFirst || disc === undefined ? said : { ...said, oppositeIou };
      const state = framesDone === framesTotal ? 'complete' : 'running';
      return { summaries: [summary], framesDone, framesTotal, state };
    };
    const cancel = async () => {
      isCancelled = true;
    };
    return proxy({ nextBatch, cancel });
  }

  async benchmark(_request: BenchmarkRequest): Promise<BenchmarkCursor> {
    this.#begin('benchmark');
    return proxy(this.benchmarks);
  }

  async clearTracking(): Promise<void> {
    this.#begin('clearTracking');
  }

  async restore(video: SessionVideo, prompts: readonly PlacedPrompts[]): Promise<void> {
    this.#begin('restore');
    await this.#wait();
    this.session = video;
    this.restored = prompts;
    this.sessions.push({ video, prompts });
    this.prompts.clear();
    this.memoryEdits.clear();
    for (const placed of prompts) this.prompts.set(`${placed.objectId}/${placed.frame}`, placed);
  }

  #isPinned(object: ObjectId, frame: FrameIndex): boolean {
    const edits = this.memoryEdits.get(object) ?? [];
    return edits.some((edit) => edit.edit === 'pinned' && edit.frame === frame);
  }

  #isHeld(framesDone: number, next: FrameIndex | undefined): boolean {
    const { holdAfterFrames, holdBeforeFrame } = this;
    if (holdAfterFrames !== undefined && framesDone >= holdAfterFrames) return true;
    return next !== undefined && Number(next) === holdBeforeFrame;
  }

  /** Those of the session from start to end; only they exist in it. */
  #framesOf({
    start,
    end,
    direction,
  }: Pick<PropagationRequest, 'start' | 'end' | 'direction'>): readonly FrameIndex[] {
    const step = direction === 'forward' ? 1 : -1;
    const all = Array.from({ length: Math.abs(end - start) + 1 }, (_, at) =>
      frameIndex(start + at * step),
    );
    const seen = this.session?.frames;
    return seen === undefined ? all : all.filter((frame) => seen.includes(frame));
  }

  #trackOne(
    object: ObjectId,
    frame: FrameIndex,
    { from: earlier, direction }: FakeStep,
  ): MaskSummary {
    const prompted = this.prompts.get(`${object}/${frame}`);
    const width = this.session?.width ?? 100;
    const isMask = prompted?.prompts.kind === 'mask';
    const before = isMask
      ? discFor(prompted.prompts, width)
      : (this.masks.get(object, earlier) ?? this.masks.get(object, frame));
    const step = frame - earlier;
    const base: Disc = before ?? { x: 50, y: 50, radius: 20 };
    const isAbsent = this.#options.absentFrames?.(frame) === true;
    const drift = width / 900;
    const disc = {
      x: base.x + step * drift * Math.cos(frame / 14 + object),
      y: base.y + step * drift * Math.sin(frame / 9 + object),
      radius: base.radius,
    };
    const usual = summaryOf(object, frame, {
      disc: isAbsent ? { ...disc, radius: 0 } : disc,
      origin: prompted === undefined ? 'tracked' : 'prompt',
    });
    const summary = {
      ...usual,
      ...(prompted === undefined ? { direction } : {}),
      ...this.#options.opinions?.(object, frame),
    };
    this.masks.put(object, frame, disc, saidIn(summary));
    return summary;
  }

  #begin(name: keyof InferenceApi): void {
    this.calls.push(name);
    this.#fail(name);
  }

  #fail(name: keyof InferenceApi | 'nextBatch'): void {
    const failure = this.failures.get(name);
    this.failures.delete(name);
    if (failure !== undefined) throw failure;
  }

  async #wait(steps = 1): Promise<void> {
    const { delayMs = 0 } = this.#options;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs * steps));
  }

  #device(): DeviceReport {
    const backend = this.#options.backend ?? 'webgpu';
    return backend === 'webgpu'
      ? {
          backend,
          bundle: 'jspi',
          memory: this.deviceMemory,
          adapter: {
            vendor: 'apple',
            architecture: 'metal-3',
            description: 'Apple M3 Pro',
            isFallback: false,
            maxBufferBytes: 4_294_967_292,
            hasShaderF16: true,
          },
          threads: 1,
          reason: 'A GPU with half precision answers.',
          bankAttention: {
            way: 'kernel',
            reason: 'The studio’s own attention kernel gives the right numbers on this GPU.',
          },
          halfPrecision: {
            isUsable: true,
            reason: 'This GPU gives the right numbers in float16.',
          },
        }
      : {
          backend,
          bundle: 'wasm',
          memory: this.deviceMemory,
          threads: 4,
          reason: 'This browser offers no WebGPU adapter.',
        };
  }
}

/** Node clones a File as a nameless Blob. */
function fileNameOf(file: File): string {
  const given: string | undefined = file.name;
  return given ?? 'sam2.1_hiera_tiny.pt';
}

function saidIn({ objectId: _object, frame: _frame, ...said }: MaskSummary): FakeSaid {
  return said;
}

function summaryOf(
  objectId: ObjectId,
  frame: FrameIndex,
  mask: { readonly disc: Disc; readonly origin: MaskSummary['origin'] },
): MaskSummary {
  const { radius } = mask.disc;
  return {
    objectId,
    frame,
    areaPx: Math.round(Math.PI * radius * radius),
    objectScoreLogit: radius > 0 ? 7.5 : -5,
    predictedIou: radius > 0 ? 0.92 : 0.1,
    origin: mask.origin,
  };
}

export function deviceLost(): StudioError {
  return new StudioError('device-lost', 'The graphics device was lost.', {
    hint: 'Close other programs that use the GPU.',
  });
}
