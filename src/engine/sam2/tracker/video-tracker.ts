import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../../../core/ids.ts';
import type { FrameMemoryEdit, MemoryAccount } from '../../../core/memory.ts';
import { isEmptyPrompt, type PlacedClicks, type PlacedPrompts } from '../../../core/prompts.ts';
import type { EngineGraphs, MaskCandidates } from '../engine-graphs.ts';
import type { FrameFeatureSource } from './frame-features.ts';
import { FrameComputer, type TrackerPass } from './frame-computer.ts';
import type { InferenceParts } from './frame-inference.ts';
import type { FrameOutput } from './frame-output.ts';
import { resultsOnFrame, toResult } from './frame-results.ts';
import type { MaskPostprocess } from './mask-postprocess.ts';
import { accountOf } from './memory-account.ts';
import type { MemoryPolicy, MemoryQuery } from './memory-policy.ts';
import { ObjectState } from './object-state.ts';
import { OutputRebuilder, type MaskletReader } from './output-rebuilder.ts';
import { PromptRunner } from './prompt-runner.ts';
import { Propagation, type ObjectFrameResult } from './propagation.ts';
import { pruneTracked, RECENT_STATE_BYTES } from './retention.ts';
import { Sam2MemoryPolicy } from './sam2-memory-policy.ts';
import { DEFAULT_SETTINGS, type TrackerSettings } from './tracker-settings.ts';
import type { TrackingDirection } from './tracking-direction.ts';
import { rangeOf, trackableStates, type TrackingRequest } from './tracking-range.ts';

/** What a `VideoTracker` works with; it owns none of it. */
export interface VideoTrackerOptions {
  readonly graphs: EngineGraphs;
  readonly features: FrameFeatureSource;
  /** None unless given: masks are the decoder's own. */
  readonly postprocess?: MaskPostprocess;
  readonly masklets: MaskletReader;
  readonly video: Size & { readonly frameCount: number };
  /** `DEFAULT_SETTINGS` unless given. */
  readonly settings?: TrackerSettings;
  /** SAM 2's own unless given. */
  readonly policy?: MemoryPolicy;
  /** `RECENT_STATE_BYTES` unless given. */
  readonly recentStateBytes?: number;
}

/**
 * SAM 2's video predictor over one clip: prompts in, masks out, for any number of objects, each
 * with its own memory. Masks are the reference's (`sam2_video_predictor.py: SAM2VideoPredictor`)
 * as long as
 * - the settings are `REFERENCE_SETTINGS` (the default ones differ after corrections only), and
 * - no frame attends to, or refines, a tracked output that was let go of: `OutputRebuilder` then
 *   stands in with the stored mask, and pointers more than 6 frames away are missing. That takes a
 *   correction, or a propagation that starts beside frames tracked earlier, more than
 *   `RECENT_FRAMES` − 15 frames from the frame tracked last (fewer beyond `RECENT_STATE_BYTES`).
 *   Tracking on from where it stands never does.
 *
 * Calls must not overlap; steps of a propagation are calls too.
 */
export class VideoTracker implements Disposable {
  readonly #options: VideoTrackerOptions;
  readonly #parts: InferenceParts;
  readonly #policy: MemoryPolicy;
  #settings: TrackerSettings;
  readonly #rebuilder: OutputRebuilder;
  readonly #promptRunner: PromptRunner;
  readonly #computer: FrameComputer;
  readonly #states = new Map<ObjectId, ObjectState>();
  #isBusy = false;

  constructor(options: VideoTrackerOptions) {
    const { graphs, features, postprocess, video } = options;
    this.#options = options;
    this.#parts = { graphs, features, ...(postprocess === undefined ? {} : { postprocess }) };
    this.#policy = options.policy ?? new Sam2MemoryPolicy();
    this.#settings = options.settings ?? DEFAULT_SETTINGS;
    this.#rebuilder = new OutputRebuilder(this.#parts, options.masklets);
    const shared = {
      parts: this.#parts,
      policy: this.#policy,
      rebuilder: this.#rebuilder,
      settings: () => this.#settings,
    };
    this.#promptRunner = new PromptRunner({ ...shared, video });
    this.#computer = new FrameComputer({
      ...shared,
      queryOf: (frame, direction) => this.#query(frame, direction),
    });
  }

  /** Takes effect with the next prompt and the next step. */
  set settings(settings: TrackerSettings) {
    this.#settings = settings;
  }

  /** Objects that hold prompts or masks, in the order in which they came. */
  get objectIds(): readonly ObjectId[] {
    return [...this.#states.keys()];
  }

  /**
   * Makes `placed` the whole of what was said of an object on a frame, and resolves to the mask.
   * Points that extend the earlier ones refine its mask; any other change starts from the frame's
   * state before prompting and repeats the calls whose points have not changed. Empty clicks take
   * the prompts back and resolve to what the frame shows then, if anything.
   */
  async setPrompts({
    objectId,
    frame,
    prompts,
  }: PlacedPrompts): Promise<ObjectFrameResult | undefined> {
    invariant(frame < this.#options.video.frameCount, `frame ${frame} is past the clip's end`);
    return await this.#exclusively(async () => {
      const state = this.#stateOf(objectId);
      if (isEmptyPrompt(prompts)) state.removePrompts(frame);
      else await this.#promptRunner.run(state, frame, prompts);
      this.#keep(state);
      this.#prune();
      const output = state.outputOn(frame);
      return output?.hasLogits === true ? toResult(state, frame, output) : undefined;
    });
  }

  /**
   * Makes `edits` the whole of what was decided about an object's memories. A pinned frame's memory
   * is the one that tracking made of it where that is held, and is made again from the stored mask
   * where it is not; until there is one or the other the pin has no effect. Tracking that passes a
   * pinned frame gives no result for it: the mask that is stored is the one that was pinned.
   */
  setMemoryEdits(objectId: ObjectId, edits: readonly FrameMemoryEdit[]): void {
    this.#assertIdle();
    const { frameCount } = this.#options.video;
    for (const { frame } of edits) {
      invariant(frame < frameCount, `frame ${frame} is past the clip's end`);
    }
    const state = this.#stateOf(objectId);
    state.edits.replace(edits);
    this.#keep(state);
    this.#prune();
  }

  /**
   * What the object attends to on a frame: in the direction in which the frame was tracked last, or
   * forward. Undefined where the object cannot be tracked. Takes the time of reading a few stored
   * masks at most.
   */
  async memoryAccount(objectId: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined> {
    const state = this.#states.get(objectId);
    if (state === undefined) return undefined;
    const query = this.#query(frame, state.tracked.directionOf(frame) ?? 'forward');
    const { keepsCorrections } = this.#settings;
    const parts = { policy: this.#policy, rebuilder: this.#rebuilder, keepsCorrections };
    return await this.#exclusively(() => accountOf(state, query, parts));
  }

  /**
   * What `setPrompts` would make of clicks, without any change: absent where it would change
   * nothing, or where it is not to be known quickly. The result is the caller's.
   */
  async preview({ objectId, frame, prompts }: PlacedClicks): Promise<FrameOutput | undefined> {
    return await this.#exclusively(async () => {
      const known = this.#states.get(objectId);
      if (known !== undefined) return await this.#promptRunner.preview(known, frame, prompts);
      using unknown = new ObjectState(objectId, this.#options.video.frameCount);
      return await this.#promptRunner.preview(unknown, frame, prompts);
    });
  }

  /**
   * The masks that an object's only point on a frame, a positive one, may mean. Absent where there
   * is more or less, or where they are not to be known quickly. The result is the caller's.
   */
  async candidates(objectId: ObjectId, frame: FrameIndex): Promise<MaskCandidates | undefined> {
    const state = this.#states.get(objectId);
    if (state === undefined) return undefined;
    return await this.#exclusively(() => this.#promptRunner.candidates(state, frame));
  }

  /** Frames that hold prompts, of one object or of all, each once, in ascending order. */
  promptedFrames(objectId?: ObjectId): readonly FrameIndex[] {
    const states = [...this.#states.values()].filter(
      (state) => objectId === undefined || state.objectId === objectId,
    );
    const frames = new Set(states.flatMap(({ prompted }) => [...prompted.keys()]));
    return [...frames].sort((a, b) => a - b);
  }

  /** What every object shows on a frame now, those left out that show nothing. */
  async outputsOn(frame: FrameIndex): Promise<readonly ObjectFrameResult[]> {
    return await this.#exclusively(() =>
      resultsOnFrame(this.#states.values(), frame, this.#rebuilder),
    );
  }

  /** Forgets an object. Unknown ones are ignored, as by the reference's `remove_object`. */
  removeObject(objectId: ObjectId): void {
    this.#assertIdle();
    this.#states.get(objectId)?.[Symbol.dispose]();
    this.#states.delete(objectId);
  }

  /**
   * Tracks objects frame by frame; nothing runs before the first step. A step yields the stored
   * mask on conditioning frames and computes the others. Prompts set between two steps count from
   * the next one on, as if propagation had been started again there.
   * @throws StudioError `prompts-missing` when an object has no conditioning frame
   */
  propagate(request: TrackingRequest, signal?: AbortSignal): Propagation {
    const states = trackableStates([...this.#states.values()], request.objectIds);
    const range = rangeOf(request, states, this.#options.video.frameCount);
    const rebuilt = request.goesOnFromMasks === true ? 'stored' : 'tracked';
    const pass = { states, direction: range.direction, rebuilt } as const;
    return new Propagation({
      range,
      compute: (frame) => this.#exclusively(() => this.#computeFrame(frame, pass)),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /**
   * Forgets what was tracked and keeps the prompts; corrections are run again as first prompts,
   * there being nothing left to correct. Resolves to the masks which that changed.
   */
  async clearTracking(): Promise<readonly ObjectFrameResult[]> {
    return await this.#exclusively(async () => {
      const results: ObjectFrameResult[] = [];
      for (const state of this.#states.values()) {
        state.clearTracking();
        for (const frame of state.prompted.keys()) {
          const earlier = state.outputOn(frame);
          await this.#promptRunner.rerunAsInitial(state, frame);
          const output = state.outputOn(frame);
          if (output === undefined || output === earlier) continue;
          results.push(toResult(state, frame, output));
        }
        if (state.isEmpty) this.#states.delete(state.objectId);
      }
      return results;
    });
  }

  /** Forgets everything, `reset_state`. */
  reset(): void {
    this.#assertIdle();
    for (const state of this.#states.values()) state[Symbol.dispose]();
    this.#states.clear();
  }

  [Symbol.dispose](): void {
    this.reset();
  }

  async #computeFrame(frame: FrameIndex, pass: TrackerPass): Promise<readonly ObjectFrameResult[]> {
    // Objects may have been removed, or have lost their prompts, since the last step.
    const states = pass.states.filter((state) => this.#states.get(state.objectId) === state);
    const results = await this.#computer.compute(frame, { ...pass, states });
    this.#prune();
    return results;
  }

  #stateOf(objectId: ObjectId): ObjectState {
    const { frameCount } = this.#options.video;
    return this.#states.get(objectId) ?? new ObjectState(objectId, frameCount);
  }

  #keep(state: ObjectState): void {
    if (state.isEmpty) this.#states.delete(state.objectId);
    else this.#states.set(state.objectId, state);
  }

  #query(frame: FrameIndex, direction: TrackingDirection): MemoryQuery {
    const { config } = this.#parts.graphs;
    return { frame, direction, frameCount: this.#options.video.frameCount, config };
  }

  #prune(): void {
    pruneTracked(this.#states.values(), {
      neededFrames: this.#parts.graphs.config.numMaskMemories - 1,
      budgetBytes: this.#options.recentStateBytes ?? RECENT_STATE_BYTES,
    });
  }

  async #exclusively<T>(task: () => Promise<T>): Promise<T> {
    this.#assertIdle();
    this.#isBusy = true;
    try {
      return await task();
    } finally {
      this.#isBusy = false;
    }
  }

  #assertIdle(): void {
    invariant(!this.#isBusy, 'calls to the tracker overlap');
  }
}
