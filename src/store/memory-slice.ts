import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { FrameMemoryEdit, MemoryEdit, PlacedMemoryEdit } from '../core/memory.ts';

/**
 * What the user decided about the model's memories, by object, then by frame. An object or frame
 * about which nothing was decided has no entry.
 */
export interface MemorySlice {
  readonly byObject: Readonly<Record<number, Readonly<Record<number, MemoryEdit>>>>;
}

/** Nothing decided yet. */
export const INITIAL_MEMORY: MemorySlice = { byObject: {} };

/** A place with what is decided about it; nothing where absent. */
export interface MemoryChange {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  readonly edit?: MemoryEdit;
}

/** What was decided about the object's memory of this frame; absent when nothing was. */
export function memoryEditAt(
  slice: MemorySlice,
  object: ObjectId | undefined,
  frame: FrameIndex,
): MemoryEdit | undefined {
  return object === undefined ? undefined : slice.byObject[object]?.[frame];
}

/** All that was decided about an object, by frame. */
export function memoryEditsOf(slice: MemorySlice, object: ObjectId): FrameMemoryEdit[] {
  return Object.entries(slice.byObject[object] ?? {}).map(([frame, edit]) => ({
    frame: frameIndex(Number(frame)),
    edit,
  }));
}

/** Frames about which this was decided, ascending. */
export function framesWithEdit(
  slice: MemorySlice,
  object: ObjectId,
  edit: MemoryEdit,
): FrameIndex[] {
  return memoryEditsOf(slice, object)
    .filter((other) => other.edit === edit)
    .map(({ frame }) => frame);
}

/** Everything that was decided, by object, then by frame. */
export function allMemoryEdits(slice: MemorySlice): PlacedMemoryEdit[] {
  return Object.keys(slice.byObject).flatMap((key) => {
    const id = objectId(Number(key));
    return memoryEditsOf(slice, id).map((edit) => ({ objectId: id, ...edit }));
  });
}

/** The slice with the decision about one place replaced, or taken back. */
export function withMemoryEdit(
  slice: MemorySlice,
  { objectId: id, frame, edit }: MemoryChange,
): MemorySlice {
  const { [frame]: _replaced, ...others } = slice.byObject[id] ?? {};
  const frames = edit === undefined ? others : { ...others, [frame]: edit };
  const { [id]: _object, ...objects } = slice.byObject;
  return {
    byObject: Object.keys(frames).length === 0 ? objects : { ...objects, [id]: frames },
  };
}

/** The slice without all that was decided about one object. */
export function withoutObjectMemory(slice: MemorySlice, object: ObjectId): MemorySlice {
  if (!(object in slice.byObject)) return slice;
  const { [object]: _removed, ...objects } = slice.byObject;
  return { byObject: objects };
}

/** What has to become of places in `from` to make `to` of it. */
export function changedMemory(to: MemorySlice, from: MemorySlice): MemoryChange[] {
  if (to === from) return [];
  const back = allMemoryEdits(to).filter(
    ({ objectId: id, frame, edit }) => memoryEditAt(from, id, frame) !== edit,
  );
  const gone = allMemoryEdits(from)
    .filter(({ objectId: id, frame }) => memoryEditAt(to, id, frame) === undefined)
    .map(({ objectId: id, frame }) => ({ objectId: id, frame }));
  return [...back, ...gone];
}
