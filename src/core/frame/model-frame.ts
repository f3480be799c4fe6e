import { uprightRows } from './pixel-conversion.ts';
import { SquareResizer } from './square-resizer.ts';
import type { StoredPicture } from './stored-picture.ts';

/**
 * In which form a model takes its frames.
 * - `planes`: as decoded; whoever runs the model converts, turns and resizes them.
 * - `resized`: upright RGB at the model's size, as `SquareResizer` makes it.
 */
export type FrameForm =
  | { readonly kind: 'planes' }
  /** `side` is S. */
  | { readonly kind: 'resized'; readonly side: number };

/** A frame on its way into a model, in the form that was asked for. */
export type ModelFrame =
  /** In square pixels once it is turned. */
  | { readonly kind: 'planes'; readonly picture: StoredPicture }
  /** RGB interleaved, `[S,S,3]`, 8 bits. */
  | {
      readonly kind: 'resized';
      readonly side: number;
      readonly rgb: Uint8ClampedArray<ArrayBuffer>;
    };

/** Makes model frames of pictures; what frames of one size have in common is kept. */
export class ModelFrameMaker {
  #resizer: SquareResizer | undefined;

  /** Planes stay where the picture has them; resized pixels are new, and the caller's. */
  make(picture: StoredPicture, form: FrameForm): ModelFrame {
    if (form.kind === 'planes') return { kind: 'planes', picture };
    const { side } = form;
    if (this.#resizer?.side !== side) this.#resizer = new SquareResizer(side);
    return { kind: 'resized', side, rgb: this.#resizer.resize(uprightRows(picture)) };
  }
}
