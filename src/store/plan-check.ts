import { frameIndex, type ObjectId } from '../core/ids.ts';
import type { MaskCheckRequest } from '../protocol/inference-api.ts';
import { engineObstacle } from './plan-run.ts';
import type { StudioState } from './studio-state.ts';
import { summaryAt, type SummaryTrack } from './summary-track.ts';
import { findTracklet } from './tracklets-slice.ts';

/** What a check would track, or why there is nothing to check. */
export type CheckPlan =
  | {
      readonly isPossible: true;
      readonly objectId: ObjectId;
      readonly name: string;
      /** One for each stretch between frames that the user has prompted. */
      readonly passes: readonly MaskCheckRequest[];
      /** Over all passes, the frames that they start from included. */
      readonly framesTotal: number;
    }
  | { readonly isPossible: false; readonly reason: string };

/**
 * Tracks the selected object back over what was tracked, within the in and out marks: from the
 * prompted frame that ends a stretch, or from the last frame of it that shows the object, against
 * the direction in which it was tracked. Where the two ways part, one of them has lost the object.
 */
export function planCheck(state: StudioState): CheckPlan {
  const tracklet = findTracklet(state.tracklets, state.tracklets.selectedId);
  const reason =
    engineObstacle(state) ?? (tracklet === undefined ? 'Select an object first.' : undefined);
  if (reason !== undefined || tracklet === undefined) {
    return { isPossible: false, reason: reason ?? '' };
  }
  const { id: objectId, name, summaries } = tracklet;
  const { range } = state.playback;
  const { first, last } = range ?? { first: 0, last: (state.video.info?.frameCount ?? 0) - 1 };
  const passes = passesOf(summaries, first, last).map((pass) => ({ objectId, ...pass }));
  if (passes.length === 0) {
    const where = range === undefined ? '' : ' between the marks';
    return { isPossible: false, reason: `${name} has no masks to check${where}. Track it first.` };
  }
  const framesTotal = passes.reduce((sum, { start, end }) => sum + Math.abs(end - start) + 1, 0);
  return { isPossible: true, objectId, name, passes, framesTotal };
}

type Pass = Omit<MaskCheckRequest, 'objectId'>;

// Asked for by everything that shows whether there is something to check.
const known = new WeakMap<
  SummaryTrack,
  { readonly first: number; readonly last: number; readonly passes: readonly Pass[] }
>();

function passesOf(track: SummaryTrack, first: number, last: number): readonly Pass[] {
  const found = known.get(track);
  if (found?.first === first && found.last === last) return found.passes;
  const passes = stretchesOf(track, first, last).flatMap((one) => endsOf(track, one) ?? []);
  known.set(track, { first, last, passes });
  return passes;
}

/** From a frame with prompts, or the range's first, to the next, or its last; both included. */
interface Stretch {
  readonly first: number;
  readonly last: number;
}

function stretchesOf(track: SummaryTrack, first: number, last: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = first;
  for (let frame = first + 1; frame < last; frame++) {
    if (summaryAt(track, frame)?.origin !== 'prompt') continue;
    stretches.push({ first: from, last: frame });
    from = frame;
  }
  return [...stretches, { first: from, last }];
}

/** Undefined where no mask of the stretch was made without prompts, or none shows the object. */
function endsOf(track: SummaryTrack, { first, last }: Stretch): Pass | undefined {
  const seen: number[] = [];
  const made: number[] = [];
  let reversed = 0;
  for (let frame = first; frame <= last; frame++) {
    const summary = summaryAt(track, frame);
    if (summary === undefined) continue;
    if (!summary.isAbsent && summary.areaPx > 0) seen.push(frame);
    if (summary.origin === 'prompt') continue;
    made.push(frame);
    reversed += summary.direction === 'reverse' ? 1 : -1;
  }
  const direction = reversed > 0 ? 'forward' : 'reverse';
  const start = direction === 'reverse' ? seen.at(-1) : seen[0];
  const end = direction === 'reverse' ? made[0] : made.at(-1);
  if (start === undefined || end === undefined) return undefined;
  const isAhead = direction === 'reverse' ? end < start : end > start;
  if (!isAhead) return undefined;
  return { start: frameIndex(start), end: frameIndex(end), direction };
}
