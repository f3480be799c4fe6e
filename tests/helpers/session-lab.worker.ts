import '../../src/core/dispose-polyfill.ts';
import { expose } from 'comlink';
import { invariant } from '../../src/core/assert.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import { rleToString } from '../../src/core/rle.ts';
import { installErrorTransfer } from '../../src/protocol/error-transfer.ts';
import type { MaskSummary } from '../../src/core/prompts.ts';
import type { OverlapRule } from '../../src/protocol/inference-api.ts';
import type { FrameMask } from '../../src/protocol/media-api.ts';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import { PREPARED_LOCATION, prepareWeights } from '../../src/engine/graph/weight-plan.ts';
import { CallQueue } from '../../src/engine/runtime/call-queue.ts';
import { OrtRuntime } from '../../src/engine/runtime/ort-runtime.ts';
import { checkDevice } from '../../src/engine/self-test/device-check.ts';
import { openBankAttention } from '../../src/engine/session/gpu-bank-attention.ts';
import { GpuTensorKernels } from '../../src/engine/session/gpu-tensor-kernels.ts';
import { SegmentationSession } from '../../src/engine/session/segmentation-session.ts';
import type { MemoryBudgets } from '../../src/engine/session/session-budgets.ts';
import { inMemory } from '../../src/engine/session/weight-files.ts';
import {
  openBrowserDevice,
  openBrowserEngine,
  type BrowserDevice,
  type BrowserDeviceOptions,
  type BrowserEngine,
} from './browser-engine.ts';
import { DiscClip } from './disc-clip.ts';
import { keepLedger, type GpuLedger } from './gpu-ledger.ts';

export interface SessionLabOptions extends BrowserDeviceOptions {
  /** S */
  readonly imageSize: number;
  /** Of a checkpoint with trained weights. */
  readonly modelUrl: string;
}

/** What stood when a frame's masks came out. */
export interface FrameSample {
  readonly frame: number;
  /** By object id, COCO counts at the video's size. */
  readonly masks: Readonly<Record<string, string>>;
  /** All since the start; 0 on WASM, as the counts below. */
  readonly bytesRead: number;
  readonly poolBuffers: number;
  readonly kernelAllocations: number;
  readonly liveBuffers: number;
  readonly liveBytes: number;
  /** All since the start, ONNX Runtime's too. */
  readonly buffersMade: number;
  readonly dispatches: number;
  /** Runs of the attention kernel since the start; 0 where the graph attends to the bank. */
  readonly attentionRuns: number;
}

/** How a propagation over a device that went away ended. */
export interface LossOutcome {
  /** Frames that `nextBatch` gave before it rejected. */
  readonly framesDelivered: readonly number[];
  readonly framesPut: readonly number[];
  readonly code: string;
  readonly message: string;
  /** From the loss to the rejection. */
  readonly waitedMs: number;
  /** What the next prompt on the dead session came to. */
  readonly codeOfNextPrompt: string;
}

/** 160×90: a software GPU is slow at the kernels that run over the frame. */
const CLIP_SCALE = 0.25;

/** With nothing held that need not be, memory is flat as soon as the bank is full. */
const LEAST_BUDGETS: MemoryBudgets = { featureBytes: 0, recentStateBytes: 0 };

/** A session over a drawn clip, in a worker like the product's. */
export class SessionLab {
  #open:
    | { device: BrowserDevice; engine: BrowserEngine; ledger: GpuLedger | undefined }
    | undefined;

  async open({ imageSize, modelUrl, ...options }: SessionLabOptions): Promise<void> {
    const device = await openBrowserDevice(options);
    const { plan } = device;
    const ledger = plan.backend === 'webgpu' ? keepLedger(plan.device) : undefined;
    const checkpoint = await openCheckpoint(await (await fetch(modelUrl)).blob());
    const engine = await openBrowserEngine(device, checkpoint, imageSize);
    this.#open = { device, engine, ledger };
  }

  /** @returns the largest deviation of the device's self-test, as a share of the largest logit */
  async checkDevice(): Promise<number> {
    const { plan, ort } = this.#opened().device;
    const owned: Disposable[] = [];
    const deviation = await checkDevice(
      async (model, checkpoint) => {
        const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
        const files = new Map([[PREPARED_LOCATION, prepared]]);
        const runtime = new OrtRuntime({ ort, plan, files });
        const attention = await openBankAttention({ plan, runtime, model });
        owned.push(runtime, ...(attention ? [attention] : []));
        return {
          runtime,
          ...(attention && { attendToBank: (operands) => attention.attend(operands) }),
        };
      },
      { backend: plan.backend },
    );
    for (const resource of owned) resource[Symbol.dispose]();
    return deviation;
  }

  /** Clicks each object's disc on the first frame and tracks the whole clip. */
  async track(
    frameCount: number,
    objectCount: number,
    overlap: OverlapRule = 'kept',
  ): Promise<readonly FrameSample[]> {
    const samples: FrameSample[] = [];
    const clip = new DiscClip({
      scale: CLIP_SCALE,
      onMasks: (masks) => samples.push(this.#sample(masks)),
    });
    const session = this.#session(clip, frameCount, overlap);
    await clickDiscs(session, clip, objectCount);
    samples.length = 0;
    const run = session.propagate(wholeClip(frameCount));
    for (let state = 'running'; state === 'running';) ({ state } = await run.nextBatch(1000));
    await session.close();
    return samples;
  }

  /** What a click on the first disc may mean, and what one more click would give: by key. */
  async lookAhead(): Promise<Readonly<Record<string, string>>> {
    const clip = new DiscClip({ scale: CLIP_SCALE });
    const session = this.#session(clip, 2);
    await clickDiscs(session, clip, 1);
    const place = { objectId: objectId(1), frame: frameIndex(0) };
    await session.candidates(place.objectId, place.frame);
    const points = [1, 2].map((id) => ({ ...clip.discCentre(id, 0), label: 'positive' as const }));
    await session.previewPrompt({ ...place, prompts: { kind: 'clicks', points } }, 'hover');
    for (const candidate of [0, 1, 2] as const) {
      const prompts = { kind: 'clicks', points: points.slice(0, 1), candidate } as const;
      await session.setPrompts({ ...place, prompts });
      const chosen = await clip.maskOf(place.objectId, place.frame);
      if (chosen !== undefined) clip.previews.set(`chosen ${candidate}`, chosen);
    }
    await session.close();
    return Object.fromEntries([...clip.previews].map(([key, mask]) => [key, rleToString(mask)]));
  }

  /** Tracks, and destroys the device once `frames` frames have come out. */
  async loseDevice(frames: number): Promise<LossOutcome> {
    const { plan } = this.#opened().device;
    invariant(plan.backend === 'webgpu', 'only a GPU device can be lost');
    const framesPut: number[] = [];
    let lostMs = 0;
    const clip = new DiscClip({
      scale: CLIP_SCALE,
      onMasks: ([mask]) => {
        framesPut.push(mask?.frame ?? -1);
        if (framesPut.length < frames || lostMs > 0) return;
        lostMs = performance.now();
        plan.device.destroy();
      },
    });
    const frameCount = frames + 10;
    const session = this.#session(clip, frameCount);
    await clickDiscs(session, clip, 1);
    framesPut.length = 0;
    const run = session.propagate(wholeClip(frameCount));
    const delivered: MaskSummary[] = [];
    try {
      for (let state = 'running'; state === 'running';) {
        const batch = await run.nextBatch(1000);
        delivered.push(...batch.summaries);
        ({ state } = batch);
      }
    } catch (error) {
      const waitedMs = performance.now() - lostMs;
      const framesDelivered = delivered.map(({ frame }) => frame);
      const codeOfNextPrompt = await codeOf(clickDiscs(session, clip, 1));
      const { code, message } = asCoded(error);
      return { framesDelivered, framesPut, code, message, waitedMs, codeOfNextPrompt };
    }
    throw new Error('the propagation ended as if nothing had happened');
  }

  #session(clip: DiscClip, frameCount: number, overlap: OverlapRule = 'kept'): SegmentationSession {
    const { graphs, kernels } = this.#opened().engine;
    const video = { ...clip.size, frameCount, overlap };
    const queue = new CallQueue();
    return new SegmentationSession({
      graphs,
      kernels,
      media: clip,
      video,
      queue,
      corrections: 'keep',
      budgets: LEAST_BUDGETS,
    });
  }

  #sample(masks: readonly FrameMask[]): FrameSample {
    const { engine, ledger } = this.#opened();
    const { kernels, runtime, attention } = engine;
    return {
      frame: masks[0]?.frame ?? -1,
      masks: Object.fromEntries(masks.map((one) => [one.objectId, rleToString(one.mask)])),
      bytesRead: kernels.bytesRead,
      poolBuffers: runtime.bufferPool?.bufferCount ?? 0,
      kernelAllocations:
        (kernels instanceof GpuTensorKernels ? kernels.allocations : 0) +
        (attention?.allocations ?? 0),
      liveBuffers: ledger?.liveBuffers ?? 0,
      liveBytes: ledger?.liveBytes ?? 0,
      buffersMade: ledger?.buffersMade ?? 0,
      dispatches: ledger?.dispatches ?? 0,
      attentionRuns: attention?.counters.runs ?? 0,
    };
  }

  #opened() {
    invariant(this.#open !== undefined, 'the lab is not open');
    return this.#open;
  }
}

async function clickDiscs(
  session: SegmentationSession,
  clip: DiscClip,
  objectCount: number,
): Promise<void> {
  for (let id = 1; id <= objectCount; id++) {
    await session.setPrompts({
      objectId: objectId(id),
      frame: frameIndex(0),
      prompts: { kind: 'clicks', points: [{ ...clip.discCentre(id, 0), label: 'positive' }] },
    });
  }
}

function wholeClip(frameCount: number) {
  const [start, end] = [frameIndex(0), frameIndex(frameCount - 1)];
  return { start, end, direction: 'forward' } as const;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    return asCoded(error).code;
  }
}

function asCoded(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message, name } = error as Partial<Record<'code' | 'message' | 'name', string>>;
  return { code: code ?? `no code, ${name}`, message: message ?? '' };
}

installErrorTransfer();
expose(new SessionLab());
