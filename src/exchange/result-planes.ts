import type { Size } from '../core/geometry.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../core/ids.ts';
import { compareCodePoints } from '../formats/code-points.ts';
import type { ResultFrame } from '../formats/davis/davis-results.ts';
import { paintIds, type IdMask } from '../formats/id-plane.ts';
import { NearestResizer } from '../core/nearest-resizer.ts';
import type { ResultObject, ResultSequence } from '../protocol/results-request.ts';
import type { ExportTask } from './task.ts';

interface ResultPlanes {
  readonly sequences: readonly ResultSequence[];
  /** Of the planes; each sequence's own where absent. */
  readonly size?: Size;
}

/**
 * The user's masks as planes of truth ids, frame by frame, sequences and frames by name in the order
 * of code points. Where masks overlap the lowest truth id stays; a plane is resized from the clip's
 * size by nearest neighbour, as VISOR resizes its masks. A frame without a mask is all background.
 * Each plane is valid until the next.
 */
export async function* resultPlanes(
  { sequences, size }: ResultPlanes,
  { media, signal, onProgress }: Pick<ExportTask, 'media' | 'signal' | 'onProgress'>,
): AsyncGenerator<ResultFrame, void> {
  const framesTotal = sequences.reduce((sum, { frames }) => sum + frames.length, 0);
  let framesDone = 0;
  for (const sequence of sequences.toSorted((a, b) => compareCodePoints(a.name, b.name))) {
    const truthIdOf = truthIds(sequence.objects);
    const painter = new PlanePainter(size ?? sequence.size);
    for (const { stem, frame } of sequence.frames.toSorted((a, b) =>
      compareCodePoints(a.stem, b.stem),
    )) {
      signal.throwIfAborted();
      const masks = await media.masksOfFrames(frame, after(frame));
      const known = masks.flatMap(({ objectId: id, mask }) => {
        const truthId = truthIdOf.get(id);
        return truthId === undefined ? [] : [{ objectId: truthId, mask }];
      });
      yield { sequence: sequence.name, stem, size: painter.size, ids: painter.paint(known) };
      onProgress({ framesDone: ++framesDone, framesTotal });
    }
  }
}

function after(frame: FrameIndex): FrameIndex {
  return frameIndex(frame + 1);
}

function truthIds(objects: readonly ResultObject[]): ReadonlyMap<ObjectId, ObjectId> {
  return new Map(
    objects.flatMap(({ objectId: id, truthId }) =>
      // A truth id takes the place of an object id in the plane.
      id === undefined ? [] : [[id, objectId(truthId)] as const],
    ),
  );
}

/** Paints masks of any one size into planes of another. */
class PlanePainter {
  readonly size: Size;
  readonly #ids: Uint8Array;
  #source:
    | { readonly size: Size; readonly ids: Uint8Array; readonly resizer: NearestResizer }
    | undefined;

  constructor(size: Size) {
    this.size = size;
    this.#ids = new Uint8Array(size.width * size.height);
  }

  /** @returns row-major, valid until the next call */
  paint(masks: readonly IdMask[]): Uint8Array {
    const [first] = masks;
    if (first === undefined) return this.#ids.fill(0);
    const { width, height } = first.mask;
    if (width === this.size.width && height === this.size.height) {
      paintIds(this.#ids, this.size, masks);
      return this.#ids;
    }
    if (this.#source?.size.width !== width || this.#source.size.height !== height) {
      const from = { width, height };
      const ids = new Uint8Array(width * height);
      this.#source = { size: from, ids, resizer: new NearestResizer(from, this.size) };
    }
    const { size, ids, resizer } = this.#source;
    paintIds(ids, size, masks);
    resizer.resize(ids, this.#ids);
    return this.#ids;
  }
}
