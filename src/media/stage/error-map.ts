import { invariant } from '../../core/assert.ts';
import { traceContours } from '../../core/contour.ts';
import { ERROR_COLORS, type ErrorKind } from '../../core/error-colors.ts';
import type { Size } from '../../core/geometry.ts';
import type { MaskRle } from '../../core/rle.ts';
import { BoundedCache } from '../bounded-cache.ts';
import { errorRegions, type MaskPair } from './error-regions.ts';
import { countCorners, polygonsPath } from './polygons-path.ts';

/** Corners kept over all paths, as for the masks themselves. */
const MAX_CORNERS = 1_000_000;

type Context = OffscreenCanvasRenderingContext2D;

interface ErrorPaths {
  readonly paths: Readonly<Record<ErrorKind, Path2D>>;
  readonly corners: number;
}

interface ErrorMapOptions {
  /** 0..1 */
  readonly opacity: number;
  /** Over all of which the masks lie. */
  readonly video: Size;
}

/** Draws where masks are right and wrong. Keeps the paths of frames drawn lately. */
export class ErrorMap {
  readonly #traced: BoundedCache<string, ErrorPaths>;
  /** Masks are immutable, so their identity is their content. */
  readonly #numbers = new WeakMap<MaskRle, number>();
  #numbered = 0;
  #layer: Context | undefined;

  constructor(maxCorners = MAX_CORNERS) {
    this.#traced = new BoundedCache({ budget: maxCorners, costOf: ({ corners }) => corners });
  }

  /** How many corners of paths are kept. */
  get keptCorners(): number {
    return this.#traced.used;
  }

  /**
   * Draws the map under the context's transform, which is in video pixels. The regions go onto a
   * layer first, and there add up: where two meet within a pixel of the screen, their shares make a
   * whole, and nothing shines through between them.
   */
  paint(context: Context, pairs: readonly MaskPair[], { opacity, video }: ErrorMapOptions): void {
    const { paths } = this.#pathsOf(pairs, video);
    const layer = this.#clearedLayer(context.canvas);
    layer.setTransform(context.getTransform());
    layer.globalCompositeOperation = 'lighter';
    for (const kind of ['right', 'missed', 'excess'] as const) {
      layer.fillStyle = ERROR_COLORS[kind];
      layer.fill(paths[kind], 'evenodd');
    }
    context.save();
    context.resetTransform();
    context.globalAlpha = opacity;
    context.drawImage(layer.canvas, 0, 0);
    context.restore();
  }

  #pathsOf(pairs: readonly MaskPair[], video: Size): ErrorPaths {
    const key = [
      `${video.width}×${video.height}`,
      ...pairs.map(({ truth, mask }) => `${this.#numberOf(truth)}:${this.#numberOf(mask)}`),
    ].join(' ');
    const known = this.#traced.get(key);
    if (known !== undefined) return known;
    const traced = traceErrors(pairs, video);
    this.#traced.put(key, traced);
    return traced;
  }

  /** 0 where there is no mask. */
  #numberOf(mask: MaskRle | undefined): number {
    if (mask === undefined) return 0;
    const known = this.#numbers.get(mask);
    if (known !== undefined) return known;
    this.#numbers.set(mask, ++this.#numbered);
    return this.#numbered;
  }

  /** An empty layer as large as the canvas. */
  #clearedLayer({ width, height }: OffscreenCanvas): Context {
    this.#layer ??= new OffscreenCanvas(width, height).getContext('2d') ?? undefined;
    const layer = this.#layer;
    invariant(layer !== undefined, 'no 2D context for the error map');
    if (layer.canvas.width === width && layer.canvas.height === height) {
      layer.resetTransform();
      layer.clearRect(0, 0, width, height);
    } else {
      layer.canvas.width = width;
      layer.canvas.height = height;
    }
    return layer;
  }
}

function traceErrors(pairs: readonly MaskPair[], video: Size): ErrorPaths {
  const { grid, regions } = errorRegions(pairs, video);
  const places = {
    x: (column: number) => grid.columns.lines[column] ?? 0,
    y: (row: number) => grid.rows.lines[row] ?? 0,
  };
  let corners = 0;
  const pathOf = (region: MaskRle) => {
    const polygons = traceContours(region);
    corners += countCorners(polygons);
    return polygonsPath(polygons, places);
  };
  const paths = {
    right: pathOf(regions.right),
    missed: pathOf(regions.missed),
    excess: pathOf(regions.excess),
  };
  return { paths, corners };
}
