import { frameIndex, type FrameIndex } from '../../core/ids.ts';
import type { AttendedMemory, AttendedPointer, MemoryAccount } from '../../core/memory.ts';
import type { ObjectAccount } from '../../store/attention-slice.ts';
import { confidenceOf } from '../../store/confidence.ts';
import { formatCounted } from '../../store/format.ts';
import { framesWithEdit, memoryEditAt } from '../../store/memory-slice.ts';
import { engineObstacle } from '../../store/plan-run.ts';
import { promptedFrames } from '../../store/prompts-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { hasMask, summaryAt, type SummaryTrack } from '../../store/summary-track.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';

/** A frame of the bank, or beside it, as a line of the list. */
export interface MemoryLine {
  readonly frame: FrameIndex;
  /** Where it is, seen from the shown frame. */
  readonly place: string;
  /** Why it is there or is not, and what the model made of it. */
  readonly notes: readonly string[];
  readonly kind: 'prompted' | 'pinned' | 'recent' | 'dropped' | 'left-out';
}

/** What the panel lists, in groups. */
export interface MemoryLines {
  readonly wholeClip: readonly MemoryLine[];
  readonly recent: readonly MemoryLine[];
  readonly outside: readonly MemoryLine[];
}

/** What the lines of an object say changes with this alone. */
export interface RememberedWork extends Pick<StudioState, 'memory' | 'prompts'> {
  /** Of the object. */
  readonly track: SummaryTrack | undefined;
}

/** The lines of an account, and those of frames that it does not have. */
export function memoryLines(work: RememberedWork, account: ObjectAccount): MemoryLines {
  const lineOf = (memory: AttendedMemory): MemoryLine => ({
    frame: memory.frame,
    place: placeText(memory.distance),
    notes: [
      ...confidenceNotes(work.track, memory.frame),
      ...(memory.isRebuilt ? ['made again from its mask'] : []),
    ],
    kind: memory.role,
  });
  const { memories } = account;
  const conditioning = memories.filter(({ role }) => role !== 'recent');
  return {
    // A frame that conditions the others attends to nothing; what it is one of is shown all the same.
    wholeClip: memories.length === 0 ? givenLines(work, account) : conditioning.map(lineOf),
    // The nearest first, as they are looked for.
    recent: memories
      .filter(({ role }) => role === 'recent')
      .toReversed()
      .map(lineOf),
    outside: outsideLines(work, account),
  };
}

function givenLines(
  { memory, prompts, track }: RememberedWork,
  { objectId, frame: from, direction }: ObjectAccount,
): MemoryLine[] {
  const prompted = promptedFrames(prompts, objectId);
  const pinned = framesWithEdit(memory, objectId, 'pinned').filter(
    (frame) => hasMask(track, frame) && !prompted.includes(frame),
  );
  const step = direction === 'forward' ? 1 : -1;
  return [...prompted, ...pinned].map((frame) => ({
    frame,
    place: placeText((from - frame) * step),
    notes: confidenceNotes(track, frame),
    kind: prompted.includes(frame) ? 'prompted' : 'pinned',
  }));
}

function outsideLines(
  { memory, prompts, track }: RememberedWork,
  account: ObjectAccount,
): MemoryLine[] {
  const { objectId: id } = account;
  // What was said later outweighs a drop.
  const prompted = promptedFrames(prompts, id);
  const dropped = framesWithEdit(memory, id, 'dropped').filter(
    (frame) => !prompted.includes(frame),
  );
  const step = account.direction === 'forward' ? 1 : -1;
  const lineOf = (kind: MemoryLine['kind'], note?: string) => (frame: FrameIndex) => ({
    frame,
    place: placeText((account.frame - frame) * step),
    notes: [...(note === undefined ? [] : [note]), ...confidenceNotes(track, frame)],
    kind,
  });
  const noEffect = framesWithEdit(memory, id, 'pinned').filter((frame) => !hasMask(track, frame));
  return [
    ...dropped.map(lineOf('dropped')),
    ...noEffect.map(lineOf('pinned', 'has no mask any more')),
    ...account.leftOut.map(lineOf('left-out', 'beyond the limit')),
  ];
}

function confidenceNotes(track: SummaryTrack | undefined, frame: FrameIndex): string[] {
  const summary = summaryAt(track, frame);
  if (summary === undefined) return [];
  if (summary.isAbsent) return ['object absent'];
  const confidence = confidenceOf(summary);
  return confidence === undefined ? [] : [`${Math.round(100 * confidence)} % sure`];
}

/** @param distance frames from there to here, negative where it is yet to come */
export function placeText(distance: number): string {
  const frames = Math.abs(distance);
  if (frames === 0) return 'this frame';
  return `${formatCounted(frames, 'frame')} ${distance > 0 ? 'back' : 'ahead'}`;
}

/** What the account comes to, as a sentence. */
export function accountText({ frame, direction, isGiven, ...account }: MemoryAccount): string {
  const { memories, pointers } = account;
  if (memories.length === 0) {
    return `Frame ${frame} conditions the others: its mask stands as it is, so it attends to nothing.`;
  }
  const way = direction === 'forward' ? 'forward' : 'backward';
  const sum = `${formatCounted(memories.length, 'memory', 'memories')} and ${formatCounted(pointers.length, 'pointer')}`;
  return isGiven
    ? `Frame ${frame} is corrected and keeps its mask. The correction attended to ${sum}.`
    : `Tracked ${way}, frame ${frame} attends to ${sum}.`;
}

/** Frame numbers with those that follow each other drawn together: `0, 25–39`. */
export function frameRanges(frames: readonly FrameIndex[]): string {
  const ranges: [number, number][] = [];
  for (const frame of frames.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && frame === last[1] + 1) last[1] = frame;
    else ranges.push([frame, frame]);
  }
  return ranges.map(([first, end]) => (first === end ? `${first}` : `${first}–${end}`)).join(', ');
}

/** Frames whose pointers are attended to. */
export function pointerText(pointers: readonly AttendedPointer[]): string {
  return frameRanges(pointers.map(({ frame }) => frame));
}

/** Why there is no account, as a sentence; absent where one is to come. */
export function emptyText(state: StudioState): string | undefined {
  const { tracklets, prompts, video, groundTruth } = state;
  if (video.info === undefined) return 'Open a clip first.';
  const tracklet = findTracklet(tracklets, tracklets.selectedId);
  if (tracklet === undefined) return 'Select an object to see what the model remembers of it.';
  const isSaid = promptedFrames(prompts, tracklet.id).length > 0;
  const isPinned = framesWithEdit(state.memory, tracklet.id, 'pinned').length > 0;
  if (!isSaid && !isPinned)
    return `The model remembers nothing of ${tracklet.name} yet. Click it in the frame.`;
  if (groundTruth.run !== undefined) return 'The protocol is running.';
  const isWorking = state.models.engine.status === 'ready';
  return isWorking ? undefined : engineObstacle(state);
}

/** How an object's memory of the shown frame stands. */
export function shownEdit({ memory, tracklets, playback }: StudioState) {
  return memoryEditAt(memory, tracklets.selectedId, frameIndex(playback.shownFrame));
}
