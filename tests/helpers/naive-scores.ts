import type { IdPlane } from '../../src/core/scores.ts';

/** The official formulas, pixel by pixel and as slow as they are plain: what tests compare to. */
export interface NaiveCounts {
  readonly truthPixels: number;
  readonly predictionPixels: number;
  readonly sharedPixels: number;
  readonly truthBoundary: number;
  readonly predictionBoundary: number;
  readonly truthMatched: number;
  readonly predictionMatched: number;
}

export function naiveCounts(
  truth: IdPlane,
  prediction: IdPlane,
  { objectId, radius }: { readonly objectId: number; readonly radius: number },
): NaiveCounts {
  const [g, p] = [binary(truth, objectId), binary(prediction, objectId)];
  const [gb, pb] = [boundaryOf(g, truth), boundaryOf(p, truth)];
  const [gd, pd] = [dilate(gb, truth, radius), dilate(pb, truth, radius)];
  return {
    truthPixels: sum(g),
    predictionPixels: sum(p),
    sharedPixels: sum(and(g, p)),
    truthBoundary: sum(gb),
    predictionBoundary: sum(pb),
    truthMatched: sum(and(gb, pd)),
    predictionMatched: sum(and(pb, gd)),
  };
}

function binary({ ids }: IdPlane, objectId: number): number[] {
  return Array.from(ids, (id) => (id === objectId ? 1 : 0));
}

/** `_seg2bmap`: all of it, then the last row, then the last column, then the corner. */
function boundaryOf(mask: readonly number[], { width, height }: IdPlane): number[] {
  const at = (x: number, y: number) => (x < width && y < height ? (mask[y * width + x] ?? 0) : 0);
  return mask.map((here, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x === width - 1 && y === height - 1) return 0;
    if (x === width - 1) return here ^ at(x, y + 1);
    if (y === height - 1) return here ^ at(x + 1, y);
    return (here ^ at(x + 1, y)) | (here ^ at(x, y + 1)) | (here ^ at(x + 1, y + 1));
  });
}

/** A disk of whole pixels, its rim included; nothing comes in over the image's border. */
export function dilate(
  mask: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
  radius: number,
): number[] {
  const dilated = mask.map(() => 0);
  for (const [i, value] of mask.entries()) {
    if (value === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const [toX, toY] = [x + dx, y + dy];
        if (dx * dx + dy * dy > radius * radius) continue;
        if (toX >= 0 && toY >= 0 && toX < width && toY < height) dilated[toY * width + toX] = 1;
      }
    }
  }
  return dilated;
}

function and(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value & (b[i] ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
