import { objectId, type ObjectId } from '../../core/ids.ts';
import type { IndexImageFacts } from '../png-reader.ts';

/** What DAVIS and its kin give to pixels that are not to be scored. */
const VOID = 255;

/** What the pixel values of a sequence of masks mean. */
export interface MaskMeaning {
  /** Absent for void. */
  readonly idOf: (value: number) => ObjectId | undefined;
  /** Of all values that occur, ascending. */
  readonly ids: readonly ObjectId[];
  /** One object, as in DAVIS 2016. */
  readonly isBinary: boolean;
  /** Whether 255 occurs and is void. */
  readonly hasVoid: boolean;
}

/**
 * Gathers the pixel values of a sequence, since one file alone does not tell what they mean:
 * - greyscale files in which only black and white occur are binary masks (DAVIS 2016): object 1;
 * - else a value is an object id, and 255 is void, but in files of this studio, where it is an id.
 */
export class MaskMeaningSurvey {
  readonly #values = new Set<number>();
  #isBinary = true;
  #isOwn = true;

  /** @param values those that occur in the image, without 0 */
  see(image: IndexImageFacts, values: Iterable<number>): void {
    const white = 2 ** image.bitDepth - 1;
    this.#isOwn &&= image.isOwn;
    this.#isBinary &&= image.palette === undefined;
    for (const value of values) {
      this.#values.add(value);
      this.#isBinary &&= value === white;
    }
  }

  meaning(): MaskMeaning {
    const isBinary = this.#isBinary;
    const hasVoid = this.#values.has(VOID) && !isBinary && !this.#isOwn;
    const idOf = (value: number) => {
      if (isBinary) return objectId(1);
      return hasVoid && value === VOID ? undefined : objectId(value);
    };
    const ids = new Set([...this.#values].flatMap((value) => idOf(value) ?? []));
    return { idOf, ids: [...ids].sort((a, b) => a - b), isBinary, hasVoid };
  }
}
