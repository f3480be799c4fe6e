import type { Size } from '../../core/geometry.ts';
import { nearestSources } from '../../core/nearest-resizer.ts';
import { paintRle, rleBounds, type MaskRle } from '../../core/rle.ts';
import { followBorders, type PlaneBox } from './border-following.ts';
import { SPARSE_CANVAS } from './visor-form.ts';

/**
 * Makes polygons on VISOR's canvas of masks at a clip's size. Filled as VISOR fills them and resized
 * to the clip as VISOR resizes, they are the masks again, every pixel, for clips up to the canvas'
 * size; of larger ones every pixel that the canvas has. Holds a plane of the clip and one of the
 * canvas.
 */
export class CanvasTracer {
  readonly #size: Size;
  readonly #columns: Int32Array;
  readonly #rows: Int32Array;
  readonly #mask: Uint8Array;
  readonly #canvas = new Uint8Array(SPARSE_CANVAS.width * SPARSE_CANVAS.height);

  /** @param size of the masks */
  constructor(size: Size) {
    this.#size = size;
    this.#columns = canvasSources(size.width, SPARSE_CANVAS.width);
    this.#rows = canvasSources(size.height, SPARSE_CANVAS.height);
    this.#mask = new Uint8Array(size.width * size.height);
  }

  /**
   * The borders of the mask as x, y, x, y, … in whole pixels of the canvas, holes among them. None
   * where nothing of it is to be seen there.
   */
  trace(mask: MaskRle): Int32Array<ArrayBuffer>[] {
    const bounds = rleBounds(mask);
    if (bounds === undefined) return [];
    const box = this.#canvasBox(bounds);
    if (box.width === 0 || box.height === 0) return [];
    this.#mask.fill(0);
    paintRle(this.#mask, mask, 1);
    this.#paintBox(box);
    return followBorders({ ids: this.#canvas, width: SPARSE_CANVAS.width, id: 1, box });
  }

  #canvasBox({ x, y, width, height }: PlaneBox): PlaneBox {
    const [left, right] = [firstFrom(this.#columns, x), firstFrom(this.#columns, x + width)];
    const [top, bottom] = [firstFrom(this.#rows, y), firstFrom(this.#rows, y + height)];
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  /** What was painted outside the box before is not looked at. */
  #paintBox({ x, y, width, height }: PlaneBox): void {
    for (let row = y; row < y + height; row++) {
      const from = (this.#rows[row] ?? 0) * this.#size.width;
      const to = row * SPARSE_CANVAS.width;
      for (let column = x; column < x + width; column++) {
        this.#canvas[to + column] = this.#mask[from + (this.#columns[column] ?? 0)] ?? 0;
      }
    }
  }
}

/**
 * Which pixel of a clip's side each pixel of the canvas' shows. Resizing a clip up by nearest
 * neighbour and down again loses pixels, since both round down; so a smaller clip's pixel takes all
 * of the canvas from where resizing down looks for it to where it looks for the next one.
 */
function canvasSources(clip: number, canvas: number): Int32Array {
  if (clip > canvas) return nearestSources(clip, canvas);
  const starts = nearestSources(canvas, clip);
  const sources = new Int32Array(canvas);
  for (const [position, start] of starts.entries()) {
    sources.fill(position, start, starts[position + 1] ?? canvas);
  }
  return sources;
}

/** The first place that shows pixel `from` or a later one; the length where none does. */
function firstFrom(sources: Int32Array, from: number): number {
  const at = sources.findIndex((source) => source >= from);
  return at < 0 ? sources.length : at;
}
