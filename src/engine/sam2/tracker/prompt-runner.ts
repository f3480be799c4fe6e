import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import type { FrameIndex } from '../../../core/ids.ts';
import type { FramePrompts } from '../../../core/prompts.ts';
import type { MaskRle } from '../../../core/rle.ts';
import type { DeviceTensor } from '../../device-tensor.ts';
import type { EncodedPoints } from '../engine-graphs.ts';
import { planClicks, type ClickCall, type ClickHistory } from './click-plan.ts';
import {
  attendMemory,
  segmentMask,
  segmentPoints,
  type InferenceParts,
} from './frame-inference.ts';
import type { FrameOutput } from './frame-output.ts';
import { maskPromptToModel } from './mask-prompt.ts';
import type { MemoryPolicy, MemoryQuery } from './memory-policy.ts';
import type { ObjectState, PromptRecord } from './object-state.ts';
import type { OutputRebuilder } from './output-rebuilder.ts';
import { encodeClicks, firstPoints } from './prompt-encoding.ts';
import type { TrackerSettings } from './tracker-settings.ts';

/** What a `PromptRunner` works with; it owns none of it. */
export interface PromptRunnerOptions {
  readonly parts: InferenceParts;
  readonly policy: MemoryPolicy;
  readonly rebuilder: OutputRebuilder;
  readonly settings: () => TrackerSettings;
  readonly video: Size & { readonly frameCount: number };
}

/** A series of decoder calls on one frame. */
interface ClickRun {
  readonly points: EncodedPoints;
  /** At least one. */
  readonly calls: readonly ClickCall[];
  /** What the first call refines; borrowed. */
  readonly previous: FrameOutput | undefined;
}

/**
 * Turns prompts on a frame into an output that waits for the next propagation.
 * Source: `sam2_video_predictor.py: add_new_points_or_box, add_new_mask`.
 */
export class PromptRunner {
  readonly #options: PromptRunnerOptions;

  constructor(options: PromptRunnerOptions) {
    this.#options = options;
  }

  /**
   * Makes `prompts`, which must not be empty, the whole of what was said of this object here. The
   * object stays as it was when this rejects.
   */
  async run(state: ObjectState, frame: FrameIndex, prompts: FramePrompts): Promise<void> {
    if (prompts.kind === 'mask') return this.#runMask(state, frame, prompts.mask);
    const { parts, video } = this.#options;
    const points = encodeClicks(prompts, video, parts.graphs.config.imageSize);
    return this.#runClicks(state, frame, points);
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
    const run = { points: record.points, calls, previous: undefined };
    const output = await this.#decodeCalls(state, frame, run);
    this.#store(state, frame, { record: { ...record, calls }, output, isInitial: true });
  }

  /** Whether the frame is prompted without memory, which makes it a conditioning frame. */
  #isInitial(state: ObjectState, frame: FrameIndex): boolean {
    // Where no conditioning frame is left the reference stops with an assertion.
    return !state.tracked.has(frame) || state.bank.conditioning.size === 0;
  }

  async #runMask(
    state: ObjectState,
    frame: FrameIndex,
    mask: MaskRle,
    isForcedInitial = false,
  ): Promise<void> {
    const { parts, rebuilder } = this.#options;
    const startsInitial = state.prompted.get(frame)?.startsInitial ?? false;
    const isInitial = isForcedInitial || startsInitial || this.#isInitial(state, frame);
    if (!isInitial) await rebuilder.rebuild(state, [frame]);
    const modelMask = maskPromptToModel(mask, parts.graphs.config.imageSize);
    const output = await segmentMask(parts, frame, { mask: modelMask, origin: 'prompt' });
    this.#store(state, frame, { record: { kind: 'mask', mask }, output, isInitial });
  }

  async #runClicks(state: ObjectState, frame: FrameIndex, points: EncodedPoints): Promise<void> {
    const history = clickHistory(state, frame);
    const plan = planClicks(history, points);
    if (plan.kind === 'keep') return;
    const pointCount = points.labels.length;
    const isInitialNow = this.#isInitial(state, frame);
    if (plan.kind === 'extend') {
      const call = { pointCount, isInitial: isInitialNow };
      const previous = state.outputOn(frame);
      const output = await this.#decodeCalls(state, frame, { points, calls: [call], previous });
      const calls = [...(history?.calls ?? []), call];
      this.#store(state, frame, clicksResult(points, calls, output));
      return;
    }
    const startsInitial = state.prompted.get(frame)?.startsInitial ?? false;
    const isRestInitial = isInitialNow || (plan.calls.length === 0 && startsInitial);
    const rest = plan.hasRest ? [{ pointCount, isInitial: isRestInitial }] : [];
    const calls = [...plan.calls, ...rest].map((call) => ({
      ...call,
      isInitial: call.isInitial || isInitialNow,
    }));
    if (calls[0]?.isInitial === false) await this.#options.rebuilder.rebuild(state, [frame]);
    const previous = calls[0]?.isInitial === true ? undefined : state.outputBeforePrompts(frame);
    const output = await this.#decodeCalls(state, frame, { points, calls, previous });
    this.#store(state, frame, clicksResult(points, calls, output));
  }

  /** Each call refines the mask of the one before. The result is the caller's. */
  async #decodeCalls(state: ObjectState, frame: FrameIndex, run: ClickRun): Promise<FrameOutput> {
    using conditioned = run.calls.every((call) => call.isInitial)
      ? undefined
      : await this.#attend(state, frame);
    let output: FrameOutput | undefined;
    for (const call of run.calls) {
      using refined = output;
      const previous = refined ?? run.previous;
      output = undefined;
      output = await segmentPoints(this.#options.parts, frame, {
        points: firstPoints(run.points, call.pointCount),
        ...(conditioned === undefined || call.isInitial ? {} : { conditioned }),
        ...(previous?.hasLogits === true ? { previousLogits: previous.lowResMaskLogits } : {}),
      });
    }
    invariant(output !== undefined, 'a prompted frame needs a decoder call');
    return output;
  }

  async #attend(state: ObjectState, frame: FrameIndex): Promise<DeviceTensor> {
    const { parts, policy, rebuilder, video } = this.#options;
    const direction = state.tracked.directionOf(frame);
    invariant(direction !== undefined, 'a correction needs a tracked frame');
    const { config } = parts.graphs;
    const query: MemoryQuery = { frame, direction, frameCount: video.frameCount, config };
    await rebuilder.rebuild(state, policy.neighbours(query));
    return await attendMemory(parts, frame, policy.select(query, state.bank));
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
  points: EncodedPoints,
  calls: readonly ClickCall[],
  output: FrameOutput,
): PromptResult {
  const isInitial = calls.at(-1)?.isInitial === true;
  return { record: { kind: 'clicks', points, calls }, output, isInitial };
}

/** Absent where the frame's mask does not come from clicks, or was tracked over since. */
function clickHistory(state: ObjectState, frame: FrameIndex): ClickHistory | undefined {
  const record = state.prompted.get(frame)?.record;
  return record?.kind === 'clicks' && state.showsPrompts(frame) ? record : undefined;
}
