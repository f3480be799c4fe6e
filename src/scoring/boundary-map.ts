import type { IdRuns } from './id-runs.ts';
import { PositionList } from './position-list.ts';

const IDS = 256;

/** Ids of a pixel and of those that decide whether it is on a boundary. */
interface Neighbours {
  readonly here: number;
  readonly east: number;
  readonly south: number;
  readonly southEast: number;
}

/**
 * The boundaries of all objects of a plane, found in one pass. A pixel is on an object's boundary
 * when its east, south or south-east neighbour is inside where it is outside, or the other way
 * round; so the boundary lies on both sides, half a pixel to the top left, and the image's border
 * is none. Source: davis2017-evaluation `metrics.py: _seg2bmap`, at the mask's own size.
 */
export class BoundaryMap {
  readonly #lists = Array.from({ length: IDS }, () => new PositionList());

  /** Replaces what an earlier call found. */
  trace(runs: IdRuns): void {
    for (const list of this.#lists) list.clear();
    for (let y = 0; y + 1 < runs.height; y++) this.#traceRow(runs, y);
    this.#traceLastRow(runs);
  }

  /** The object's boundary as ascending positions `y·width + x`; holds until the next `trace`. */
  of(objectId: number): Int32Array {
    return this.#lists[objectId]?.view() ?? new Int32Array(0);
  }

  /** Walks a row and the one below it by stretches in which neither changes. */
  #traceRow({ width, ends, ids, rowStarts }: IdRuns, y: number): void {
    let upper = rowStarts[y] ?? 0;
    let lower = rowStarts[y + 1] ?? 0;
    const row = y * width;
    for (let x = 0; x < width;) {
      const [upperEnd, lowerEnd] = [ends[upper] ?? 0, ends[lower] ?? 0];
      const end = Math.min(upperEnd, lowerEnd);
      const [here, south] = [ids[upper] ?? 0, ids[lower] ?? 0];
      if (here !== south) {
        for (; x + 1 < end; x++) this.#addPair(row + x, here, south);
      }
      if (upperEnd === end) upper++;
      if (lowerEnd === end) lower++;
      const last = row + end - 1;
      if (end === width) this.#addPair(last, here, south);
      else {
        this.#addFour(last, { here, east: ids[upper] ?? 0, south, southEast: ids[lower] ?? 0 });
      }
      x = end;
    }
  }

  /** It has no south. */
  #traceLastRow({ width, height, ends, ids, rowStarts }: IdRuns): void {
    const row = (height - 1) * width;
    for (let run = rowStarts[height - 1] ?? 0; run + 1 < (rowStarts[height] ?? 0); run++) {
      this.#addPair(row + (ends[run] ?? 0) - 1, ids[run] ?? 0, ids[run + 1] ?? 0);
    }
  }

  #addPair(at: number, here: number, neighbour: number): void {
    if (here === neighbour) return;
    this.#add(here, at);
    this.#add(neighbour, at);
  }

  /** A pixel whose neighbours are not all of its own id: each id that occurs has a boundary here. */
  #addFour(at: number, { here, east, south, southEast }: Neighbours): void {
    this.#add(here, at);
    if (east !== here) this.#add(east, at);
    if (south !== here && south !== east) this.#add(south, at);
    if (southEast !== here && southEast !== east && southEast !== south) this.#add(southEast, at);
  }

  #add(objectId: number, at: number): void {
    if (objectId !== 0) this.#lists[objectId]?.push(at);
  }
}
