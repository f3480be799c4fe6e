import { invariant } from '../../../core/assert.ts';
import type { FrameIndex } from '../../../core/ids.ts';
import type { MemoryBankSelection } from '../engine-graphs.ts';
import { encodePromptMemory, trackFrame, type InferenceParts } from './frame-inference.ts';
import { toResult } from './frame-results.ts';
import { framesRead } from './memory-account.ts';
import { selectionOf, type MemoryPolicy, type MemoryQuery } from './memory-policy.ts';
import type { ObjectState } from './object-state.ts';
import type { OutputRebuilder, RebuiltFrames } from './output-rebuilder.ts';
import type { ObjectFrameResult } from './propagation.ts';
import type { TrackerSettings } from './tracker-settings.ts';
import type { TrackingDirection } from './tracking-direction.ts';

/** What a `FrameComputer` works with; it owns none of it. */
export interface FrameComputerOptions {
  readonly parts: InferenceParts;
  readonly policy: MemoryPolicy;
  readonly rebuilder: OutputRebuilder;
  readonly settings: () => TrackerSettings;
  readonly queryOf: (frame: FrameIndex, direction: TrackingDirection) => MemoryQuery;
}

/** What a propagation computes each frame with. */
export interface TrackerPass {
  readonly states: readonly ObjectState[];
  readonly direction: TrackingDirection;
  readonly rebuilt: RebuiltFrames;
}

/**
 * Computes a frame of a propagation: commits the prompts that wait, looks whether there is something to
 * compute for each object, and tracks those together for which there is.
 * Source: `sam2_video_predictor.py: propagate_in_video`.
 */
export class FrameComputer {
  readonly #options: FrameComputerOptions;

  constructor(options: FrameComputerOptions) {
    this.#options = options;
  }

  /** The results of the objects that can be tracked, in their order. */
  async compute(frame: FrameIndex, pass: TrackerPass): Promise<readonly ObjectFrameResult[]> {
    const { states, direction } = pass;
    for (const state of states) await this.#commitPrompts(state);
    const queries = new Map<ObjectState, MemoryQuery | undefined>();
    for (const state of states) {
      if (!(await this.#hasConditioning(state))) continue;
      queries.set(state, await this.#queryFor(state, frame, pass));
    }
    await this.#track(frame, queries);
    const results: ObjectFrameResult[] = [];
    for (const state of queries.keys()) {
      state.markTracked(frame, direction);
      if (state.isPinnedAlone(frame)) continue;
      const output = state.bank.outputOn(frame);
      invariant(output !== undefined, 'a tracked frame has no output');
      results.push(toResult(state, frame, output));
    }
    return results;
  }

  /** `propagate_in_video_preflight` for one object. */
  async #commitPrompts(state: ObjectState): Promise<void> {
    for (const [frame, { output }] of state.temporary) {
      if (output.memory === undefined) {
        await encodePromptMemory(this.#options.parts, frame, output);
      }
      state.commit(frame);
    }
  }

  async #hasConditioning(state: ObjectState): Promise<boolean> {
    if (state.conditioningFrames.length === 0) return false;
    await this.#options.rebuilder.rebuild(state, state.edits.pinned);
    // What was pinned may have no mask any more to make its memory from.
    return state.attendedBank.conditioning.size > 0;
  }

  /** Absent where the frame's output stands. What is read is there afterwards. */
  async #queryFor(
    state: ObjectState,
    frame: FrameIndex,
    { direction, rebuilt }: TrackerPass,
  ): Promise<MemoryQuery | undefined> {
    if (this.#isStored(state, frame)) return undefined;
    const { policy, rebuilder, queryOf } = this.#options;
    const query = queryOf(frame, direction);
    await rebuilder.rebuild(state, framesRead(state, policy, query), rebuilt);
    return query;
  }

  /** Whether a step shows the frame without computing it. */
  #isStored(state: ObjectState, frame: FrameIndex): boolean {
    if (state.bank.conditioning.has(frame) || state.isPinnedAlone(frame)) return true;
    return this.#options.settings().keepsCorrections && state.isCorrected(frame);
  }

  /** Computes the objects that have a query, together: each attends to its own bank only. */
  async #track(
    frame: FrameIndex,
    queries: ReadonlyMap<ObjectState, MemoryQuery | undefined>,
  ): Promise<void> {
    const { parts, policy } = this.#options;
    const states: ObjectState[] = [];
    const selections: MemoryBankSelection[] = [];
    for (const [state, query] of queries) {
      if (query === undefined) continue;
      states.push(state);
      selections.push(selectionOf(policy.choose(query, state.attendedBank)));
    }
    if (states.length === 0) return;
    const outputs = await trackFrame(parts, frame, selections);
    for (const [i, output] of outputs.entries()) states[i]?.storeTracked(frame, output);
  }
}
