import type { FrameIndex } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';
import type { MaskPreview, PreviewPort } from '../../protocol/mask-preview.ts';

type Kind = Parameters<PreviewPort['putPreviews']>[0];

/** Masks that may be shown in passing: a handful, by kind. */
export class PreviewStore {
  readonly #previews = new Map<Kind, readonly MaskPreview[]>();
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` after each change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps previews in place of the earlier ones of this kind. */
  put(kind: Kind, previews: readonly MaskPreview[]): void {
    this.#previews.set(kind, previews);
    this.#tell();
  }

  clear(): void {
    this.#previews.clear();
    this.#tell();
  }

  /** Absent where there is none by this key, or it is another frame's. */
  maskOf(key: string, frame: FrameIndex): MaskRle | undefined {
    return [...this.#previews.values()]
      .flat()
      .find((preview) => preview.key === key && preview.frame === frame)?.mask;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
