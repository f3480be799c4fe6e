import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MaskSummary } from '../core/prompts.ts';
import type { Size } from '../core/geometry.ts';
import { maskShape } from '../core/mask-shape.ts';
import { emptyRle, type MaskRle } from '../core/rle.ts';
import type { ImportOutcome } from '../protocol/export-api.ts';
import type { FrameMask, SummarisedMask } from '../protocol/media-api.ts';
import { BATCH_FRAMES } from './frame-masks.ts';
import { importedObjects, type ImportedObjects, type MeantSequence } from './imported-objects.ts';
import { Retained } from './retained.ts';
import type { ExportTask } from './task.ts';

/** The masks of a file on one frame of the open clip. */
export interface PlacedMasks {
  readonly sequence: string;
  readonly frame: FrameIndex;
  /** At the clip's size, by the file's own values. */
  readonly masks: ReadonlyMap<number, MaskRle>;
}

/** Who follows a reading. */
export type Watch = Pick<ExportTask, 'signal' | 'onProgress'>;

/** A file of masks, placed on the open clip. */
export interface MaskSource {
  /**
   * Every frame of the file that lies on the clip; checks all of them. May be called again, and is
   * then neither cancelled nor told of.
   */
  readonly read: (watch?: Watch) => AsyncIterable<PlacedMasks>;
  /** Known once everything has been read. */
  readonly sequences: () => readonly MeantSequence[];
}

/**
 * Puts the masks of a file on the stage. All of it is read and checked before the first mask is
 * put; from then on the import is not cancelled any more. An object that a frame of its sequence
 * does not show is absent on that frame.
 * @param size the clip's
 * @throws StudioError `file-invalid`
 */
export async function importMasks(
  source: MaskSource,
  size: Size,
  task: ExportTask,
): Promise<Pick<ImportOutcome, 'objects' | 'summaries'>> {
  const kept = new Retained<PlacedMasks>(task.retainedBytes);
  for await (const placed of source.read(task)) kept.add(placed, placed.masks.values());
  task.signal.throwIfAborted();
  const sequences = source.sequences();
  const imported = importedObjects(sequences);
  const placing = new MaskPlacing({ sequences, imported, size });
  // A frame that a file lists again replaces what it was.
  const summaries = new Map<string, MaskSummary>();
  let batch: SummarisedMask[] = [];
  let frames = 0;
  for await (const placed of kept.items ?? source.read()) {
    const masks = placing.place(placed);
    batch.push(...masks);
    for (const mask of masks) summaries.set(`${mask.frame}/${mask.objectId}`, summaryOf(mask));
    if (++frames % BATCH_FRAMES !== 0) continue;
    await task.media.putMasks(batch);
    batch = [];
  }
  if (batch.length > 0) await task.media.putMasks(batch);
  return { objects: imported.objects, summaries: [...summaries.values()] };
}

interface PlacingOptions {
  readonly sequences: readonly MeantSequence[];
  readonly imported: ImportedObjects;
  readonly size: Size;
}

/** Gives masks the user's object ids. */
class MaskPlacing {
  readonly #sequences: ReadonlyMap<string, MeantSequence>;
  readonly #imported: ImportedObjects;
  readonly #empty: MaskRle;

  constructor({ sequences, imported, size }: PlacingOptions) {
    this.#sequences = new Map(sequences.map((sequence) => [sequence.name, sequence]));
    this.#imported = imported;
    this.#empty = emptyRle(size.width, size.height);
  }

  place({ sequence, frame, masks }: PlacedMasks): SummarisedMask[] {
    const meant = this.#sequences.get(sequence);
    const byId = new Map<ObjectId | undefined, MaskRle>();
    for (const [value, mask] of masks) byId.set(meant?.idOf(value), mask);
    const ids = this.#imported.ids.get(sequence) ?? new Map<ObjectId, ObjectId>();
    return [...ids].map(([own, objectId]) => ({
      objectId,
      frame,
      mask: byId.get(own) ?? this.#empty,
      origin: 'imported',
    }));
  }
}

function summaryOf({ objectId, frame, mask }: FrameMask): MaskSummary {
  return { objectId, frame, ...maskShape(mask), origin: 'imported' };
}
