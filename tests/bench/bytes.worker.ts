import '../../src/core/dispose-polyfill.ts';
import { invariant } from '../../src/core/assert.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import { CallQueue } from '../../src/engine/runtime/call-queue.ts';
import { heldBuffers, type HeldBuffers } from '../../src/engine/runtime/gpu-buffer-ledger.ts';
import { modelConfig, type ModelSize } from '../../src/engine/sam2/model-config.ts';
import { fitRequest } from '../../src/engine/session/memory-fit.ts';
import { type ModelMemory, planModelMemory } from '../../src/engine/session/memory-plan.ts';
import { MOST_TOGETHER } from '../../src/engine/sam2/object-groups.ts';
import { SegmentationSession } from '../../src/engine/session/segmentation-session.ts';
import { planBudgets } from '../../src/engine/session/session-budgets.ts';
import { warmUp } from '../../src/engine/session/warm-up.ts';
import { openBrowserDevice, openBrowserEngine } from '../helpers/browser-engine.ts';
import { DiscClip } from '../helpers/disc-clip.ts';
import { idle } from '../helpers/idle-gpu.ts';
import { benchCheckpoint } from './bench-models.ts';

/** What the page asks for. */
export interface BytesRequest {
  readonly size: ModelSize;
  readonly imageSize: number;
  readonly objects: number;
  /** Of the track; none stops when the model is warm. */
  readonly frames: number;
  /** Whether the device is to compute, which takes a software GPU long and changes no count. */
  readonly computes: boolean;
  readonly bankAttention?: 'kernel' | 'graph';
}

/** What a device held at a moment, ONNX Runtime's buffers too. */
export interface BytesSample extends HeldBuffers {
  /** `loaded`, `warm`, or the frame whose masks came out. */
  readonly at: string;
}

/** What was held, and what was planned for the session to hold with nothing kept for later. */
export interface BytesResult {
  readonly samples: readonly BytesSample[];
  readonly planned: ModelMemory;
}

/** A long track on a software GPU takes its time. */
const FRAMES_BETWEEN_NEWS = 20;

/** Of 640×360: Full HD, but where a software GPU computes, which is slow at the kernels that run over the frame. */
const [CLIP_SCALE, COMPUTED_CLIP_SCALE] = [3, 0.25];

self.addEventListener('message', ({ data }: MessageEvent<BytesRequest>) => {
  void measure(data).then(
    (result) => self.postMessage({ result }),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
});

async function measure(request: BytesRequest): Promise<BytesResult> {
  const { size, imageSize, frames, bankAttention } = request;
  const device = await openBrowserDevice({
    backend: 'webgpu',
    ...(bankAttention && { bankAttention }),
  });
  const { plan } = device;
  invariant(plan.backend === 'webgpu', 'only a GPU is counted');
  if (!request.computes) idle(plan.device);
  const samples: BytesSample[] = [];
  const note = (at: string) => samples.push({ at, ...heldBuffers(plan.device) });
  using engine = await openBrowserEngine(device, benchCheckpoint(size), imageSize);
  const { graphs, kernels } = engine;
  note('loaded');
  await warmUp(graphs, kernels, { compiles: true });
  note('warm');
  const clip = new DiscClip({
    scale: request.computes ? COMPUTED_CLIP_SCALE : CLIP_SCALE,
    onMasks: ([mask]) => note(`${mask?.frame}`),
  });
  const { model, canRecord } = fitRequest(plan.report, {
    config: modelConfig(size, '2.1'),
    precision: 'fp32',
  });
  const way = { isRecorded: canRecord, objectsTogether: MOST_TOGETHER };
  const asTracked = { imageSize, objects: request.objects, video: clip.size };
  const planned = planModelMemory({ ...model, ...way, ...asTracked });
  const session = new SegmentationSession({
    graphs,
    kernels,
    media: clip,
    video: { ...clip.size, frameCount: frames },
    queue: new CallQueue(),
    corrections: 'keep',
    budgets: planBudgets(planned, plan.report.memory.capacityBytes),
  });
  if (frames > 0) {
    await clickDiscs(session, clip, request);
    // The clicks' masks.
    samples.length = 2;
    await track(session, request, (framesDone) => {
      const { bytes, buffers } = heldBuffers(plan.device);
      const megabytes = (bytes / 1e6).toFixed(2);
      const progress = `${framesDone} of ${frames} frames: ${megabytes} MB, ${buffers} buffers`;
      self.postMessage({ progress });
    });
  }
  await session.close();
  return { samples, planned };
}

async function clickDiscs(
  session: SegmentationSession,
  clip: DiscClip,
  { objects }: BytesRequest,
): Promise<void> {
  for (let id = 1; id <= objects; id++) {
    const points = [{ ...clip.discCentre(id, 0), label: 'positive' as const }];
    const prompts = { kind: 'clicks', points } as const;
    await session.setPrompts({ objectId: objectId(id), frame: frameIndex(0), prompts });
  }
}

async function track(
  session: SegmentationSession,
  { frames }: BytesRequest,
  tell: (framesDone: number) => void,
): Promise<void> {
  const [start, end] = [frameIndex(0), frameIndex(frames - 1)];
  const run = session.propagate({ start, end, direction: 'forward' });
  let told = 0;
  for (let state = 'running'; state === 'running';) {
    const batch = await run.nextBatch(1000);
    ({ state } = batch);
    if (batch.framesDone < told + FRAMES_BETWEEN_NEWS) continue;
    told = batch.framesDone;
    tell(told);
  }
}
