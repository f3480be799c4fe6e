import { StudioError } from '../../core/errors.ts';
import type { VisorAnnotation, VisorFrame } from './visor-annotations.ts';

/** Of polygons held back; some thousand frames. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;
/** Roughly what a frame, an annotation or a polygon takes besides its coordinates. */
const OBJECT_BYTES = 512;

/**
 * Joins the frames that a dense file lists more than once: neighbouring runs of interpolation share
 * their boundary frame and repeat its masks under new ids. Holds such a frame until its last
 * listing has come; masks of the same name and polygons count once.
 */
export class DenseRepeats {
  readonly #repeats: ReadonlyMap<string, number>;
  readonly #held = new Map<string, VisorFrame[]>();
  readonly #maxHeldBytes: number;
  #heldBytes = 0;

  /** @param repeats how often each path is listed that is listed more than once */
  constructor(repeats: ReadonlyMap<string, number>, maxHeldBytes = MAX_HELD_BYTES) {
    this.#repeats = repeats;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /**
   * The frame to draw, which is absent while a listing of it is still to come.
   * @throws StudioError `file-invalid` when more is held back than any file of VISOR needs
   */
  join(frame: VisorFrame): VisorFrame | undefined {
    const listings = this.#repeats.get(frame.path);
    if (listings === undefined || frame.canvas === 'sparse') return frame;
    const held = this.#held.get(frame.path) ?? [];
    held.push(frame);
    this.#held.set(frame.path, held);
    this.#hold(bytesOf(frame));
    if (held.length < listings) return undefined;
    this.#held.delete(frame.path);
    for (const listing of held) this.#hold(-bytesOf(listing));
    return { ...frame, annotations: distinct(held.flatMap(({ annotations }) => annotations)) };
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#heldBytes <= this.#maxHeldBytes) return;
    throw new StudioError('file-invalid', 'The VISOR file repeats too many frames far apart.', {
      hint: 'Sort its entries by “image_path”, as VISOR’s correct_interpolations.py does.',
    });
  }
}

function bytesOf({ annotations }: VisorFrame): number {
  const polygons = annotations.flatMap(({ segments }) => segments);
  const objects = 1 + annotations.length + polygons.length;
  return polygons.reduce((sum, { byteLength }) => sum + byteLength, OBJECT_BYTES * objects);
}

/** Later masks of the same name and polygons are left out. */
function distinct(annotations: readonly VisorAnnotation[]): VisorAnnotation[] {
  const byMask = new Map<string, VisorAnnotation>();
  for (const annotation of annotations) {
    const mask = JSON.stringify([annotation.name, annotation.segments.map((one) => one.join())]);
    if (!byMask.has(mask)) byMask.set(mask, annotation);
  }
  return [...byMask.values()];
}
