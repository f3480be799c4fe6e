import type { Size } from '../../core/geometry.ts';
import type { ObjectId } from '../../core/ids.ts';
import { PolygonFiller } from './fill-polygons.ts';
import { NearestResizer } from '../../core/nearest-resizer.ts';
import { VISOR_SIZE } from '../../core/relate-sizes.ts';
import type { VisorAnnotation, VisorFrame } from './visor-annotations.ts';
import { SPARSE_CANVAS } from './visor-form.ts';

/** `visor_to_davis.py` puts a point into polygons without one, since OpenCV wants one. */
const EMPTY_POLYGON = Int32Array.of(0, 0);

/**
 * Draws VISOR frames as planes of object ids, exactly as `visor_to_davis.py` does: at the canvas of
 * the annotations, entity by entity in the file's order, then resized by nearest neighbour.
 * Holds three planes of each canvas that occurs.
 */
export class FrameRasterizer {
  readonly #size: Size;
  readonly #canvases = new Map<VisorFrame['canvas'], Canvas>();
  readonly #ids: Uint8Array;

  /** @param size of the planes; VISOR is scored at 854 × 480 */
  constructor(size: Size = VISOR_SIZE) {
    this.#size = size;
    this.#ids = new Uint8Array(size.width * size.height);
  }

  /**
   * @param idOf names without an id are not drawn and cover nothing
   * @returns row-major object ids, valid until the next call. Absent when nothing was drawn at the
   * canvas: such a frame disappears from its sequence. All zero is possible, when what was drawn
   * is too thin to outlive resizing.
   */
  rasterize(
    frame: Pick<VisorFrame, 'canvas' | 'annotations'>,
    idOf: ReadonlyMap<string, ObjectId>,
  ): Uint8Array | undefined {
    const canvas = this.#canvas(frame.canvas);
    canvas.ids.fill(0);
    let hasDrawn = false;
    for (const annotation of frame.annotations) {
      const id = idOf.get(annotation.name);
      if (id === undefined) continue;
      hasDrawn = canvas.filler.paint(canvas.ids, wholePixels(annotation), id) || hasDrawn;
    }
    if (!hasDrawn) return undefined;
    if (canvas.resizer === undefined) return canvas.ids;
    canvas.resizer.resize(canvas.ids, this.#ids);
    return this.#ids;
  }

  #canvas(kind: VisorFrame['canvas']): Canvas {
    const known = this.#canvases.get(kind);
    if (known !== undefined) return known;
    const canvas = makeCanvas(kind === 'sparse' ? SPARSE_CANVAS : VISOR_SIZE, this.#size);
    this.#canvases.set(kind, canvas);
    return canvas;
  }
}

interface Canvas {
  readonly ids: Uint8Array;
  readonly filler: PolygonFiller;
  /** Absent when the canvas has the wanted size. */
  readonly resizer: NearestResizer | undefined;
}

function makeCanvas(size: Size, wanted: Size): Canvas {
  const isWanted = size.width === wanted.width && size.height === wanted.height;
  return {
    ids: new Uint8Array(size.width * size.height),
    filler: new PolygonFiller(size),
    resizer: isWanted ? undefined : new NearestResizer(size, wanted),
  };
}

/** Coordinates cut towards zero, as `np.array(…, dtype=np.int32)` does. */
function wholePixels({ segments }: VisorAnnotation): Int32Array[] {
  return segments.map((segment) =>
    segment.length === 0 ? EMPTY_POLYGON : Int32Array.from(segment, Math.trunc),
  );
}
