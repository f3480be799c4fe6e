import { objectId, type ObjectId } from '../core/ids.ts';
import { DAVIS_PALETTE, paletteColor } from '../formats/davis-palette.ts';
import type { IndexImage } from '../formats/png-reader.ts';
import type { ExportObject } from '../protocol/export-api.ts';

/** What DAVIS and its kin give to pixels that are not to be scored. */
const VOID = 255;

/** What the pixel values of a sequence of PNGs mean. */
export interface IdMeaning {
  readonly objects: readonly ExportObject[];
  /** Absent for void. */
  readonly idOf: (value: number) => ObjectId | undefined;
  readonly notices: readonly string[];
}

/**
 * Gathers the pixel values of a sequence, since one file alone does not tell what they mean:
 * - greyscale files in which only black and white occur are binary masks (DAVIS 2016): object 1;
 * - else a value is an object id, and 255 is void, but in files of this studio, where it is an id.
 */
export class IdSurvey {
  readonly #values = new Set<number>();
  #isBinary = true;
  #isOwn = true;
  #palette: Uint8Array | undefined;

  /** @param values those that occur in the image, without 0 */
  see(image: Omit<IndexImage, 'ids'>, values: Iterable<number>): void {
    const white = 2 ** image.bitDepth - 1;
    this.#palette ??= image.palette;
    this.#isOwn &&= image.isOwn;
    this.#isBinary &&= image.palette === undefined;
    for (const value of values) {
      this.#values.add(value);
      this.#isBinary &&= value === white;
    }
  }

  meaning(): IdMeaning {
    const hasVoid = this.#values.has(VOID) && !this.#isBinary && !this.#isOwn;
    const idOf = (value: number) => {
      if (this.#isBinary) return objectId(1);
      return hasVoid && value === VOID ? undefined : objectId(value);
    };
    const ids = new Set([...this.#values].flatMap((value) => idOf(value) ?? []));
    return {
      objects: [...ids].sort((a, b) => a - b).map((id) => this.#object(id)),
      idOf,
      notices: hasVoid ? ['Pixels of value 255 are void in DAVIS files and were left out.'] : [],
    };
  }

  /** PNGs hold no names. A colour that cannot be told from the background is not taken. */
  #object(id: ObjectId): ExportObject {
    const own = this.#palette && paletteColor(this.#palette, id);
    const background = this.#palette && paletteColor(this.#palette, 0);
    const color = own === background ? undefined : own;
    return {
      id,
      name: `Object ${id}`,
      color: color ?? paletteColor(DAVIS_PALETTE, id) ?? '#ffffff',
    };
  }
}
