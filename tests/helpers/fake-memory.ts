import { frameIndex, type FrameIndex, type ObjectId } from '../../src/core/ids.ts';
import type { FrameMemoryEdit, MemoryAccount } from '../../src/core/memory.ts';
import { Sam2MemoryPolicy } from '../../src/engine/sam2/tracker/sam2-memory-policy.ts';
import { FAKE_CONFIG } from './fake-engine-graphs.ts';

/** What a fake engine knows of one object. */
export interface FakeRemembered {
  readonly objectId: ObjectId;
  readonly prompted: readonly number[];
  readonly edits: readonly FrameMemoryEdit[];
  readonly hasMask: (frame: number) => boolean;
  readonly frameCount: number;
}

/** The account of a bank in which every mask is remembered, by SAM 2's own rule. */
export function fakeAccount(known: FakeRemembered, frame: FrameIndex): MemoryAccount | undefined {
  const { prompted, edits, hasMask, frameCount } = known;
  const framesWith = (wanted: FrameMemoryEdit['edit']) =>
    edits.filter(({ edit }) => edit === wanted).map((edit) => Number(edit.frame));
  const pinned = framesWith('pinned').filter((at) => !prompted.includes(at) && hasMask(at));
  const conditioning = [...prompted, ...pinned];
  if (conditioning.length === 0) return undefined;
  const empty = { frame, direction: 'forward', leftOut: [] } as const;
  if (conditioning.includes(frame)) return { ...empty, isGiven: true, memories: [], pointers: [] };
  const dropped = framesWith('dropped');
  const recent = Array.from({ length: frameCount }, (_, at) => at).filter(
    (at) => hasMask(at) && !conditioning.includes(at) && !dropped.includes(at),
  );
  const ghosts = (frames: readonly number[]) =>
    new Map(frames.map((at) => [frameIndex(at), { memory: true }]));
  const query = { frame, direction: 'forward', frameCount, config: FAKE_CONFIG } as const;
  const bank = { conditioning: ghosts(conditioning), nonConditioning: ghosts(recent) };
  const { memories, pointers } = new Sam2MemoryPolicy().choose(query, bank);
  const roleOf = (entry: { readonly frame: FrameIndex; readonly isConditioning: boolean }) => {
    if (!entry.isConditioning) return 'recent';
    return prompted.includes(entry.frame) ? 'prompted' : 'pinned';
  };
  return {
    ...empty,
    isGiven: false,
    memories: memories.map((entry) => ({
      frame: entry.frame,
      role: roleOf(entry),
      distance: frame - entry.frame,
      temporalSlot: entry.isConditioning ? 0 : entry.temporalRow + 1,
      isRebuilt: false,
    })),
    pointers: pointers.map((entry) => ({
      frame: entry.frame,
      role: roleOf(entry),
      distance: entry.temporalDistance,
    })),
  };
}
