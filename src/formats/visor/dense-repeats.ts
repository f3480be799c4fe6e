import { StudioError } from '../../core/errors.ts';
import type { VisorAnnotation, VisorFrame } from './visor-annotations.ts';

/** Of polygons held back; some thousand frames. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;

/**
 * Joins the frames that a dense file lists more than once: neighbouring runs of interpolation share
 * their boundary frame and repeat its masks under new ids. Holds such a frame until its last
 * listing has come; masks of the same name and polygons count once.
 */
export class DenseRepeats {
  readonly #repeats: ReadonlyMap<string, number>;
  readonly #held = new Map<string, VisorFrame[]>();
  #heldBytes = 0;

  /** @param repeats how often each path is listed that is listed more than once */
  constructor(repeats: ReadonlyMap<string, number>) {
    this.#repeats = repeats;
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
    if (this.#heldBytes <= MAX_HELD_BYTES) return;
    throw new StudioError('file-invalid', 'The VISOR file repeats too many frames far apart.', {
      hint: 'Sort its entries by “image_path”, as VISOR’s correct_interpolations.py does.',
    });
  }
}

function bytesOf({ annotations }: VisorFrame): number {
  return annotations
    .flatMap(({ segments }) => segments)
    .reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function distinct(annotations: readonly VisorAnnotation[]): VisorAnnotation[] {
  const kept: VisorAnnotation[] = [];
  for (const annotation of annotations) {
    if (!kept.some((other) => isSameMask(other, annotation))) kept.push(annotation);
  }
  return kept;
}

function isSameMask(a: VisorAnnotation, b: VisorAnnotation): boolean {
  return (
    a.name === b.name &&
    a.segments.length === b.segments.length &&
    a.segments.every((segment, index) => isSamePolygon(segment, b.segments[index]))
  );
}

function isSamePolygon(a: Float64Array, b: Float64Array | undefined): boolean {
  return a.length === b?.length && a.every((coordinate, index) => coordinate === b[index]);
}
