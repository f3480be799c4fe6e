import type { ObjectId } from '../core/ids.ts';
import { paletteColor } from '../formats/davis-palette.ts';
import { MaskMeaningSurvey } from '../formats/davis/mask-meaning.ts';
import type { IndexImageFacts } from '../formats/png-reader.ts';
import type { ExportObject } from '../protocol/export-api.ts';
import { objectColor } from './imported-objects.ts';

/** What the pixel values of a sequence of PNGs mean. */
export interface IdMeaning {
  readonly objects: readonly ExportObject[];
  /** Absent for void. */
  readonly idOf: (value: number) => ObjectId | undefined;
  readonly notices: readonly string[];
}

/** Gathers the pixel values of a sequence of PNGs, and the colours that its palette gives them. */
export class IdSurvey {
  readonly #names: ReadonlyMap<number, string> | undefined;
  readonly #values = new MaskMeaningSurvey();
  #palette: Uint8Array | undefined;

  /** @param names of objects by id, where a table beside the PNGs gives them */
  constructor(names?: ReadonlyMap<number, string>) {
    this.#names = names;
  }

  /** @param values those that occur in the image, without 0 */
  see(image: IndexImageFacts, values: Iterable<number>): void {
    this.#palette ??= image.palette;
    this.#values.see(image, values);
  }

  meaning(): IdMeaning {
    const { ids, idOf, hasVoid } = this.#values.meaning();
    return {
      objects: ids.map((id) => this.#object(id)),
      idOf,
      notices: hasVoid ? ['Pixels of value 255 are void in DAVIS files and were left out.'] : [],
    };
  }

  /** A colour that cannot be told from the background is not taken. */
  #object(id: ObjectId): ExportObject {
    const own = this.#palette && paletteColor(this.#palette, id);
    const background = this.#palette && paletteColor(this.#palette, 0);
    const color = own === background ? undefined : own;
    return {
      id,
      name: this.#names?.get(id) ?? `Object ${id}`,
      color: color ?? objectColor(id),
    };
  }
}
