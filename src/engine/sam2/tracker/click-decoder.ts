import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import type { FrameIndex } from '../../../core/ids.ts';
import type { MaskRle } from '../../../core/rle.ts';
import type { DeviceTensor } from '../../device-tensor.ts';
import type { MaskCandidates } from '../engine-graphs.ts';
import type { ClickCall, Clicks } from './click-plan.ts';
import {
  attendMemory,
  segmentCandidates,
  segmentMask,
  segmentPoints,
  type InferenceParts,
  type PointsInput,
} from './frame-inference.ts';
import type { FrameOutput } from './frame-output.ts';
import { maskPromptToModel } from './mask-prompt.ts';
import { framesRead } from './memory-account.ts';
import { selectionOf, type MemoryPolicy, type MemoryQuery } from './memory-policy.ts';
import type { ObjectState } from './object-state.ts';
import type { OutputRebuilder } from './output-rebuilder.ts';
import { firstPoints } from './prompt-encoding.ts';

/** What a `ClickDecoder` works with; it owns none of it. */
export interface ClickDecoderOptions {
  readonly parts: InferenceParts;
  readonly policy: MemoryPolicy;
  readonly rebuilder: OutputRebuilder;
  readonly video: Size & { readonly frameCount: number };
}

/** A series of decoder calls on one frame. */
export interface ClickRun extends Clicks {
  /** At least one. */
  readonly calls: readonly ClickCall[];
  /** What the first call refines; borrowed. Where absent it refines `mask`, if there is one. */
  readonly previous?: FrameOutput | undefined;
}

/** Runs the mask decoder for clicks. Changes no object but for rebuilding what was let go of. */
export class ClickDecoder {
  readonly #options: ClickDecoderOptions;

  constructor(options: ClickDecoderOptions) {
    this.#options = options;
  }

  /** Each call refines the mask of the one before. The result is the caller's. */
  async decode(state: ObjectState, frame: FrameIndex, run: ClickRun): Promise<FrameOutput> {
    using memory = await this.#memoryFor(state, frame, run.calls);
    using base = await this.#baseOf(frame, run);
    let output: FrameOutput | undefined;
    for (const call of run.calls) {
      using refined = output;
      const previous = refined ?? run.previous ?? base;
      output = undefined;
      const input = inputOf(run, call, { memory, previous });
      output = await segmentPoints(this.#options.parts, frame, input);
    }
    invariant(output !== undefined, 'a prompted frame needs a decoder call');
    return output;
  }

  /** The three masks that the run's only call chooses from. The result is the caller's. */
  async candidates(state: ObjectState, frame: FrameIndex, run: ClickRun): Promise<MaskCandidates> {
    const [call] = run.calls;
    invariant(call?.pointCount === 1 && run.calls.length === 1, 'only one point has candidates');
    using memory = await this.#memoryFor(state, frame, run.calls);
    using base = await this.#baseOf(frame, run);
    const input = inputOf(run, call, { memory, previous: run.previous ?? base });
    return await segmentCandidates(this.#options.parts, frame, input);
  }

  /** The user's mask as the output that a frame has without clicks. The result is the caller's. */
  async maskOutput(frame: FrameIndex, mask: MaskRle): Promise<FrameOutput> {
    const { parts } = this.#options;
    const modelMask = maskPromptToModel(mask, parts.graphs.config.imageSize);
    return await segmentMask(parts, frame, { mask: modelMask, origin: 'prompt' });
  }

  /** Whether calls that see memory could be made without rebuilding anything. */
  hasMemoryAtHand(state: ObjectState, frame: FrameIndex): boolean {
    const { policy, rebuilder } = this.#options;
    const frames = [frame, ...framesRead(state, policy, this.#queryOf(state, frame))];
    return frames.every((other) => !rebuilder.isMissing(state, other));
  }

  async #baseOf(frame: FrameIndex, { mask, previous }: ClickRun): Promise<FrameOutput | undefined> {
    return mask === undefined || previous !== undefined
      ? undefined
      : await this.maskOutput(frame, mask);
  }

  /** Absent where none of the calls sees any. The result is the caller's. */
  async #memoryFor(
    state: ObjectState,
    frame: FrameIndex,
    calls: readonly ClickCall[],
  ): Promise<DeviceTensor | undefined> {
    if (calls.every((call) => call.isInitial)) return undefined;
    const { parts, policy, rebuilder } = this.#options;
    const query = this.#queryOf(state, frame);
    await rebuilder.rebuild(state, framesRead(state, policy, query));
    const selection = selectionOf(policy.choose(query, state.attendedBank));
    return await attendMemory(parts, frame, selection);
  }

  #queryOf(state: ObjectState, frame: FrameIndex): MemoryQuery {
    const { parts, video } = this.#options;
    const direction = state.tracked.directionOf(frame);
    invariant(direction !== undefined, 'a correction needs a tracked frame');
    return { frame, direction, frameCount: video.frameCount, config: parts.graphs.config };
  }
}

interface CallContext {
  readonly memory: DeviceTensor | undefined;
  readonly previous: FrameOutput | undefined;
}

function inputOf(run: ClickRun, call: ClickCall, { memory, previous }: CallContext): PointsInput {
  return {
    points: firstPoints(run.points, call.pointCount),
    ...(memory === undefined || call.isInitial ? {} : { conditioned: memory }),
    ...(previous?.hasLogits === true ? { previousLogits: previous.lowResMaskLogits } : {}),
    ...(run.candidate === undefined ? {} : { candidate: run.candidate }),
  };
}
