import { invariant } from '../../core/assert.ts';
import { isAbort, StudioError } from '../../core/errors.ts';
import { frameIndex, type FrameIndex, type ObjectId } from '../../core/ids.ts';
import type { FrameMemoryEdit, MemoryAccount } from '../../core/memory.ts';
import type {
  CandidateSummary,
  CorrectionMode,
  MaskSummary,
  PlacedClicks,
  PlacedPrompts,
} from '../../core/prompts.ts';
import type { PropagationRequest, SessionVideo } from '../../protocol/inference-api.ts';
import type { PreviewPort } from '../../protocol/mask-preview.ts';
import type { MediaPort } from '../../protocol/media-api.ts';
import { CALL_PRIORITY, type CallQueue } from '../runtime/call-queue.ts';
import type { EngineGraphs } from '../sam2/engine-graphs.ts';
import { FeatureCache } from '../sam2/tracker/feature-cache.ts';
import type { Propagation } from '../sam2/tracker/propagation.ts';
import { CORRECTION_SETTINGS } from '../sam2/tracker/tracker-settings.ts';
import { VideoTracker } from '../sam2/tracker/video-tracker.ts';
import { AgreementWatch } from './agreement-watch.ts';
import { FrameReader } from './frame-reader.ts';
import { MaskPublisher } from './mask-publisher.ts';
import { PropagationRun } from './propagation-run.ts';
import { DEFAULT_BUDGETS, type MemoryBudgets } from './session-budgets.ts';
import { SessionFrames } from './session-frames.ts';
import { SessionPreviews } from './session-previews.ts';
import type { TensorKernels } from './tensor-kernels.ts';

/** What a session works with; it owns none of it. */
export interface SegmentationSessionOptions {
  readonly graphs: EngineGraphs;
  readonly kernels: TensorKernels;
  readonly media: MediaPort & PreviewPort;
  readonly video: SessionVideo;
  /** Carries every call that touches the graphs. */
  readonly queue: CallQueue;
  readonly corrections: CorrectionMode;
  /** `DEFAULT_BUDGETS` unless given. */
  readonly budgets?: MemoryBudgets;
}

/** A propagation's way out, and what may end it early. The request is over positions. */
interface Driven {
  readonly run: PropagationRun;
  readonly request: PropagationRequest;
  readonly watch: AgreementWatch | undefined;
}

/** A frame that is computed. */
interface Step {
  /** A position. */
  readonly frame: FrameIndex;
  /** Settles when its masks are put. */
  readonly done: Promise<void>;
}

/**
 * One clip and its objects: prompts and frames in, masks out to the decode worker, summaries back
 * to the caller.
 */
export class SegmentationSession implements Disposable {
  readonly #options: SegmentationSessionOptions;
  readonly #frames: SessionFrames;
  readonly #reader: FrameReader;
  readonly #features: FeatureCache;
  readonly #publisher: MaskPublisher;
  readonly #tracker: VideoTracker;
  readonly #previews: SessionPreviews;
  #run: PropagationRun | undefined;
  /** Settles when the last run has ended and its masks are put; never rejects. */
  #driving = Promise.resolve();
  #isDisposed = false;

  constructor(options: SegmentationSessionOptions) {
    const { graphs, kernels, media, video, budgets = DEFAULT_BUDGETS } = options;
    const frames = new SessionFrames(video);
    this.#options = options;
    this.#frames = frames;
    this.#publisher = new MaskPublisher({ kernels, media, video, frames });
    this.#reader = new FrameReader((position) =>
      media.modelFrame(frames.frameAt(position), kernels.frameForm),
    );
    this.#features = new FeatureCache({
      graphs,
      input: async (position) => kernels.preprocess(await this.#reader.read(position)),
      budgetBytes: budgets.featureBytes,
    });
    this.#tracker = new VideoTracker({
      graphs,
      features: this.#features,
      ...(video.postprocessing === 'none'
        ? {}
        : { postprocess: { fillHoles: async (logits) => kernels.fillHoles(logits) } }),
      masklets: {
        maskOf: (objectId, position) => media.maskOf(objectId, frames.frameAt(position)),
      },
      video: { width: video.width, height: video.height, frameCount: frames.count },
      settings: CORRECTION_SETTINGS[options.corrections],
      recentStateBytes: budgets.recentStateBytes,
    });
    this.#previews = new SessionPreviews({
      ...options,
      frames,
      tracker: this.#tracker,
      features: this.#features,
      isIdle: () => !this.#isDisposed && this.#run === undefined,
    });
  }

  /** See `InferenceApi.setPrompts`. */
  async setPrompts(placed: PlacedPrompts): Promise<MaskSummary | undefined> {
    return this.#prompting(async () => {
      const { objectId } = placed;
      const frame = this.#frames.positionOf(placed.frame);
      const result = await this.#tracker.setPrompts({ ...placed, frame });
      if (this.#publisher.isNonOverlapping) {
        return (await this.#publishFrame(frame)).find((summary) => summary.objectId === objectId);
      }
      return result === undefined ? undefined : (await this.#publisher.publish([result]))[0];
    });
  }

  /** Sets prompts without showing their mask: what is on the stage stays. */
  async restorePrompts(placed: PlacedPrompts): Promise<void> {
    await this.#prompting(async () => {
      const frame = this.#frames.positionOf(placed.frame);
      await this.#tracker.setPrompts({ ...placed, frame });
    });
  }

  /** See `InferenceApi.previewPrompt`. */
  async previewPrompt(placed: PlacedClicks, key: string): Promise<boolean> {
    return this.#previews.previewPrompt(placed, key);
  }

  /** See `InferenceApi.candidates`. */
  async candidates(
    objectId: ObjectId,
    frame: FrameIndex,
  ): Promise<readonly CandidateSummary[] | undefined> {
    return this.#previews.candidates(objectId, frame);
  }

  /** See `InferenceApi.setMemoryEdits`. */
  async setMemoryEdits(objectId: ObjectId, edits: readonly FrameMemoryEdit[]): Promise<void> {
    await this.#prompting(async () => {
      const placed = edits.map(({ frame, edit }) => ({
        frame: this.#frames.positionOf(frame),
        edit,
      }));
      this.#tracker.setMemoryEdits(objectId, placed);
    });
  }

  /** See `InferenceApi.memoryAccount`. */
  async memoryAccount(objectId: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined> {
    return this.#prompting(async () => {
      const position = this.#frames.positionOf(frame);
      const account = await this.#tracker.memoryAccount(objectId, position);
      return account && this.#frames.accountAt(account);
    });
  }

  setCorrectionMode(mode: CorrectionMode): void {
    this.#tracker.settings = CORRECTION_SETTINGS[mode];
  }

  async removeObject(objectId: ObjectId): Promise<void> {
    await this.#prompting(async () => {
      const prompted = this.#tracker.promptedFrames(objectId);
      this.#tracker.removeObject(objectId);
      // As the reference does: what the object covered on the frames it was prompted on comes back.
      if (!this.#publisher.isNonOverlapping) return;
      for (const frame of prompted) await this.#publishFrame(frame);
    });
  }

  /** See `InferenceApi.clearTracking`. Masks that prompts gave stay on the stage. */
  async clearTracking(): Promise<void> {
    await this.#prompting(async () => {
      const changed = await this.#tracker.clearTracking();
      if (!this.#publisher.isNonOverlapping) await this.#publisher.publish(changed);
      // What tracked masks covered on prompted frames comes back.
      else for (const frame of this.#tracker.promptedFrames()) await this.#publishFrame(frame);
    });
  }

  /**
   * Starts tracking; the results come through the run.
   * @throws StudioError `prompts-missing`, or `frame-outside-session` for an end that is not among
   * the session's frames
   */
  propagate(request: PropagationRequest): PropagationRun {
    this.#assertOpen();
    invariant(this.#run === undefined, 'one propagation runs at a time');
    // The tracker is asked between two frames, so the run's signal is looked at there.
    const positions = this.#frames.toPositions(request);
    const propagation = this.#tracker.propagate(positions);
    const run = new PropagationRun(propagation.framesTotal);
    this.#run = run;
    this.#driving = this.#drive(propagation, run, positions);
    return run;
  }

  /** Resolves when nothing is tracked any more, and what was is put; never rejects. */
  async settled(): Promise<void> {
    await this.#driving;
  }

  /**
   * Ends what runs after the frame under way. Resolves when nothing uses the graphs and no mask is
   * put any more.
   */
  async close(): Promise<void> {
    this.#isDisposed = true;
    await this.#run?.cancel();
    await this.#driving;
    await this.#options.queue.run(CALL_PRIORITY.prefetch, async () => {
      this.#tracker[Symbol.dispose]();
      this.#features[Symbol.dispose]();
    });
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  async #drive(
    propagation: Propagation,
    run: PropagationRun,
    request: PropagationRequest,
  ): Promise<void> {
    const { media, queue } = this.#options;
    const watch = request.until && new AgreementWatch(request.until, media);
    // Reading a mask back overlaps the next frame's computation; its order is kept.
    let publishing = Promise.resolve();
    try {
      for (;;) {
        const step = await queue.run(CALL_PRIORITY.propagation, async () => {
          run.signal.throwIfAborted();
          return this.#step(propagation, { run, request, watch });
        });
        await publishing;
        if (step === undefined) break;
        publishing = step.done;
        if (watch === undefined) continue;
        // Whether there is a next frame is known only when this one has been compared.
        await publishing;
        if (watch.isMet) {
          run.stop(this.#frames.frameAt(step.frame));
          return;
        }
      }
      run.finish('complete');
    } catch (error) {
      await publishing.catch(() => undefined);
      run.finish(isAbort(error) ? 'cancelled' : { error });
    } finally {
      this.#run = undefined;
    }
  }

  /** Computes one frame; undefined when there is none left. The request is over positions. */
  async #step(
    propagation: Propagation,
    { run, request, watch }: Driven,
  ): Promise<Step | undefined> {
    const step = request.direction === 'forward' ? 1 : -1;
    const next = request.start + (propagation.framesDone + 1) * step;
    if (step * (request.end - next) >= 0) this.#reader.prefetch(frameIndex(next));
    const computed = await propagation.step();
    if (computed === undefined) return undefined;
    const done = this.#publisher
      .publish(computed.results, {
        direction: request.direction,
        isCorrection: watch !== undefined,
        beforePut: watch && ((masks) => watch.note(masks)),
      })
      .then((summaries) => run.pushFrame(summaries));
    // Awaited a frame later; until then its failure is no unhandled rejection.
    done.catch(() => undefined);
    return { frame: computed.frame, done };
  }

  /** Publishes every object on a frame, since the mask of one changes those of the others. */
  async #publishFrame(position: FrameIndex): Promise<readonly MaskSummary[]> {
    return this.#publisher.publish(await this.#tracker.outputsOn(position));
  }

  #prompting<T>(task: () => Promise<T>): Promise<T> {
    return this.#options.queue.run(CALL_PRIORITY.prompt, () => {
      this.#assertOpen();
      return task();
    });
  }

  /** A call may arrive while another clip or model takes the session's place. */
  #assertOpen(): void {
    if (!this.#isDisposed) return;
    throw new StudioError('session-disposed', 'The tracking session was closed meanwhile.', {
      hint: 'Repeat the click once the model and the clip are ready.',
    });
  }
}
