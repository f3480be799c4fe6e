import { invariant } from '../../../core/assert.ts';
import type { FrameIndex } from '../../../core/ids.ts';
import type { ClickPrompts, FramePrompts } from '../../../core/prompts.ts';
import type { MaskRle } from '../../../core/rle.ts';
import type { MaskCandidates } from '../engine-graphs.ts';
import { ClickDecoder, type ClickDecoderOptions } from './click-decoder.ts';
import { planClicks, type ClickCall, type ClickHistory, type Clicks } from './click-plan.ts';
import type { FrameOutput } from './frame-output.ts';
import type { ObjectState, PromptRecord } from './object-state.ts';
import { encodeClicks, NO_POINTS } from './prompt-encoding.ts';
import type { TrackerSettings } from './tracker-settings.ts';

/** What a `PromptRunner` works with; it owns none of it. */
export interface PromptRunnerOptions extends ClickDecoderOptions {
  readonly settings: () => TrackerSettings;
}

/** `prompt_encoder.py: _embed_points` */
const POSITIVE = 1;

/**
 * Turns prompts on a frame into an output that waits for the next propagation.
 * Source: `sam2_video_predictor.py: add_new_points_or_box, add_new_mask`.
 */
export class PromptRunner {
  readonly #options: PromptRunnerOptions;
  readonly #decoder: ClickDecoder;

  constructor(options: PromptRunnerOptions) {
    this.#options = options;
    this.#decoder = new ClickDecoder(options);
  }

  /**
   * Makes `prompts`, which must not be empty, the whole of what was said of this object here. The
   * object stays as it was when this rejects.
   */
  async run(state: ObjectState, frame: FrameIndex, prompts: FramePrompts): Promise<void> {
    if (prompts.kind === 'mask') return this.#runMask(state, frame, prompts.mask);
    const result = await this.#decodeClicks(state, frame, this.#encode(prompts));
    if (result !== undefined) this.#store(state, frame, result);
  }

  /**
   * What `run` would make of clicks, without any change to the object. Absent where that is not to
   * be known quickly, because something that was let go of would have to be rebuilt, and where the
   * mask is there already. The result is the caller's.
   */
  async preview(
    state: ObjectState,
    frame: FrameIndex,
    prompts: ClickPrompts,
  ): Promise<FrameOutput | undefined> {
    if (!this.#isAtHand(state, frame)) return undefined;
    return (await this.#decodeClicks(state, frame, this.#encode(prompts)))?.output;
  }

  /**
   * The masks that the frame's only point, a positive one, may mean. Absent where there is more or
   * less, where tracking has passed over it, or where something would have to be rebuilt. The
   * result is the caller's.
   */
  async candidates(state: ObjectState, frame: FrameIndex): Promise<MaskCandidates | undefined> {
    const record = state.prompted.get(frame)?.record;
    if (record?.kind !== 'clicks' || !state.showsPrompts(frame)) return undefined;
    const { labels } = record.points;
    if (labels.length !== 1 || labels[0] !== POSITIVE || !this.#isAtHand(state, frame)) {
      return undefined;
    }
    const calls = record.calls.slice(0, 1);
    const run = { ...record, calls };
    const previous = previousOfReplay(state, frame, run);
    return await this.#decoder.candidates(state, frame, { ...run, previous });
  }

  /**
   * Runs the frame's prompts anew as on a frame that was never tracked. Without effect where they
   * were run so already.
   */
  async rerunAsInitial(state: ObjectState, frame: FrameIndex): Promise<void> {
    const prompted = state.prompted.get(frame);
    invariant(prompted !== undefined, 'a frame without prompts cannot be run again');
    const { record } = prompted;
    if (record.kind === 'mask') {
      if (!prompted.startsInitial) await this.#runMask(state, frame, record.mask, true);
      return;
    }
    if (record.calls.every((call) => call.isInitial)) return;
    const calls = record.calls.map((call) => ({ ...call, isInitial: true }));
    const output = await this.#decoder.decode(state, frame, { ...record, calls });
    this.#store(state, frame, { record: { ...record, calls }, output, isInitial: true });
  }

  #encode(prompts: ClickPrompts): Clicks {
    const { parts, video } = this.#options;
    const points = encodeClicks(prompts, video, parts.graphs.config.imageSize);
    const { mask, candidate, box } = prompts;
    return {
      points,
      ...(mask === undefined ? {} : { mask }),
      ...(candidate === undefined || box !== undefined ? {} : { candidate }),
    };
  }

  /** Whether the frame is prompted without memory, which makes it a conditioning frame. */
  #isInitial(state: ObjectState, frame: FrameIndex): boolean {
    // Where no conditioning frame is left the reference stops with an assertion.
    return !state.tracked.has(frame) || state.attendedBank.conditioning.size === 0;
  }

  #isAtHand(state: ObjectState, frame: FrameIndex): boolean {
    const isHeld = state.outputOn(frame)?.hasLogits !== false;
    return isHeld && (this.#isInitial(state, frame) || this.#decoder.hasMemoryAtHand(state, frame));
  }

  async #runMask(
    state: ObjectState,
    frame: FrameIndex,
    mask: MaskRle,
    isForcedInitial = false,
  ): Promise<void> {
    const startsInitial = state.prompted.get(frame)?.startsInitial ?? false;
    const isInitial = isForcedInitial || startsInitial || this.#isInitial(state, frame);
    if (!isInitial) await this.#options.rebuilder.rebuild(state, [frame]);
    const output = await this.#decoder.maskOutput(frame, mask);
    this.#store(state, frame, { record: { kind: 'mask', mask }, output, isInitial });
  }

  /** Absent where the mask stands. The output is the caller's. */
  async #decodeClicks(
    state: ObjectState,
    frame: FrameIndex,
    clicks: Clicks,
  ): Promise<PromptResult | undefined> {
    const history = clickHistory(state, frame);
    const plan = planClicks(history, clicks);
    if (plan.kind === 'keep') return undefined;
    const isInitialNow = this.#isInitial(state, frame);
    if (plan.kind === 'extend') {
      const call = { pointCount: clicks.points.labels.length, isInitial: isInitialNow };
      const previous = state.outputOn(frame);
      const output = await this.#decoder.decode(state, frame, {
        ...clicks,
        calls: [call],
        previous,
      });
      return clicksResult(clicks, [...(history?.calls ?? []), call], output);
    }
    const startsInitial = state.prompted.get(frame)?.startsInitial ?? false;
    const isRestInitial = isInitialNow || (plan.calls.length === 0 && startsInitial);
    const rest = plan.rest.map((pointCount) => ({ pointCount, isInitial: isRestInitial }));
    const calls = [...plan.calls, ...rest].map((call) => ({
      ...call,
      isInitial: call.isInitial || isInitialNow,
    }));
    if (calls[0]?.isInitial === false) await this.#options.rebuilder.rebuild(state, [frame]);
    const previous = previousOfReplay(state, frame, { ...clicks, calls });
    const output = await this.#decoder.decode(state, frame, { ...clicks, calls, previous });
    return clicksResult(clicks, calls, output);
  }

  #store(state: ObjectState, frame: FrameIndex, { record, output, isInitial }: PromptResult): void {
    const { addsCorrectedFramesAsConditioning, keepsCorrections } = this.#options.settings();
    const isConditioning =
      isInitial ||
      addsCorrectedFramesAsConditioning ||
      (keepsCorrections && state.bank.conditioning.has(frame));
    const startsInitial = record.kind === 'mask' ? isInitial : record.calls[0]?.isInitial === true;
    state.setPrompted(frame, { record, startsInitial }, { output, isConditioning });
  }
}

interface PromptResult {
  readonly record: PromptRecord;
  /** Handed over. */
  readonly output: FrameOutput;
  /** Of the last call. */
  readonly isInitial: boolean;
}

function clicksResult(
  clicks: Clicks,
  calls: readonly ClickCall[],
  output: FrameOutput,
): PromptResult {
  const isInitial = calls.at(-1)?.isInitial === true;
  return { record: { kind: 'clicks', ...clicks, calls }, output, isInitial };
}

/** What a run from before prompting refines; the object's own. The user's mask comes before it. */
function previousOfReplay(
  state: ObjectState,
  frame: FrameIndex,
  { mask, calls }: ClickHistory,
): FrameOutput | undefined {
  const isFresh = mask !== undefined || calls[0]?.isInitial === true;
  return isFresh ? undefined : state.outputBeforePrompts(frame);
}

/**
 * Absent where the frame's mask does not come from prompts, or was tracked over since. A mask is
 * clicks before the first one: those that say so refine it, as the reference does.
 */
function clickHistory(state: ObjectState, frame: FrameIndex): ClickHistory | undefined {
  const record = state.prompted.get(frame)?.record;
  if (record === undefined || !state.showsPrompts(frame)) return undefined;
  return record.kind === 'clicks' ? record : { points: NO_POINTS, mask: record.mask, calls: [] };
}
