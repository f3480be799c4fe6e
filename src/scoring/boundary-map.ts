import type { IdPlane } from '../core/scores.ts';
import { PositionList } from './position-list.ts';

const IDS = 256;

/**
 * The boundaries of all objects of a plane, found in one pass. A pixel is on an object's boundary
 * when its east, south or south-east neighbour is inside where it is outside, or the other way
 * round; so the boundary lies on both sides, half a pixel to the top left, and the image's border
 * is none. Source: davis2017-evaluation `metrics.py: _seg2bmap`, at the mask's own size.
 */
export class BoundaryMap {
  readonly #lists = Array.from({ length: IDS }, () => new PositionList());

  /** Replaces what an earlier call found. */
  trace({ width, height, ids }: IdPlane): void {
    for (const list of this.#lists) list.clear();
    const [lastX, lastY] = [width - 1, height - 1];
    for (let y = 0; y < lastY; y++) {
      const row = y * width;
      let here = ids[row] ?? 0;
      let south = ids[row + width] ?? 0;
      for (let at = row; at < row + lastX; at++) {
        const east = ids[at + 1] ?? 0;
        const southEast = ids[at + width + 1] ?? 0;
        if (here !== east || here !== south || here !== southEast) {
          this.#add(here, at);
          if (east !== here) this.#add(east, at);
          if (south !== here && south !== east) this.#add(south, at);
          if (southEast !== here && southEast !== east && southEast !== south) {
            this.#add(southEast, at);
          }
        }
        here = east;
        south = southEast;
      }
      this.#addPair(row + lastX, here, south);
    }
    for (let at = lastY * width; at < lastY * width + lastX; at++) {
      this.#addPair(at, ids[at] ?? 0, ids[at + 1] ?? 0);
    }
  }

  /** The object's boundary as ascending positions; a view that holds until the next `trace`. */
  of(objectId: number): Int32Array {
    return this.#lists[objectId]?.view() ?? new Int32Array(0);
  }

  /** The last row has no south, the last column no east. */
  #addPair(at: number, here: number, neighbour: number): void {
    if (here === neighbour) return;
    this.#add(here, at);
    this.#add(neighbour, at);
  }

  #add(objectId: number, at: number): void {
    if (objectId !== 0) this.#lists[objectId]?.push(at);
  }
}
