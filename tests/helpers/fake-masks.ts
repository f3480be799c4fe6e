import type { Size, VideoPoint } from '../../src/core/geometry.ts';
import type { FramePrompts } from '../../src/core/prompts.ts';
import { encodeRle, type MaskRle } from '../../src/core/rle.ts';

/** A disc in video pixels, which is all that a fake object is. Radius 0: absent. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** The masks that the fake engine makes and the fake stage shows: `object → frame → disc`. */
export class FakeMasks {
  readonly #byObject = new Map<number, Map<number, Disc>>();

  put(object: number, frame: number, disc: Disc): void {
    const frames = this.#byObject.get(object) ?? new Map<number, Disc>();
    frames.set(frame, disc);
    this.#byObject.set(object, frames);
  }

  get(object: number, frame: number): Disc | undefined {
    return this.#byObject.get(object)?.get(frame);
  }

  /** What is on a frame, by object. */
  of(frame: number): [object: number, disc: Disc][] {
    const objects = [...this.#byObject.keys()].sort((a, b) => a - b);
    return objects.flatMap((object): [number, Disc][] => {
      const disc = this.get(object, frame);
      return disc === undefined ? [] : [[object, disc]];
    });
  }

  frames(object: number): number[] {
    return [...(this.#byObject.get(object)?.keys() ?? [])].sort((a, b) => a - b);
  }

  remove(object: number, frames?: readonly number[]): void {
    if (frames === undefined) this.#byObject.delete(object);
    else for (const frame of frames) this.#byObject.get(object)?.delete(frame);
  }

  clear(): void {
    this.#byObject.clear();
  }
}

/** The disc's pixels: those whose centres lie in it. */
export function discMask({ x, y, radius }: Disc, { width, height }: Size): MaskRle {
  const data = new Uint8Array(width * height);
  const rows = [Math.max(0, Math.floor(y - radius)), Math.min(height, Math.ceil(y + radius))];
  for (let row = rows[0] ?? 0; row < (rows[1] ?? 0); row++) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (row + 0.5 - y) ** 2));
    const left = Math.max(0, Math.ceil(x - half - 0.5));
    const right = Math.min(width - 1, Math.floor(x + half - 0.5));
    if (radius > 0 && left <= right) data.fill(1, row * width + left, row * width + right + 1);
  }
  return encodeRle({ width, height, data });
}

export function discFor(prompts: FramePrompts, width: number): Disc {
  if (prompts.kind === 'mask') return { x: width / 2, y: width / 4, radius: width / 20 };
  const { box } = prompts;
  if (box !== undefined) {
    return {
      x: (box.x0 + box.x1) / 2,
      y: (box.y0 + box.y1) / 2,
      radius: Math.min(box.x1 - box.x0, box.y1 - box.y0) / 2,
    };
  }
  const positive = prompts.points.filter((point) => point.label === 'positive');
  const centre = middleOf(positive.length > 0 ? positive : prompts.points);
  return { ...centre, radius: (width / 18) * (1 + positive.length / 6) };
}

function middleOf(points: readonly VideoPoint[]) {
  const sum = points.reduce((at, p) => ({ x: at.x + p.x, y: at.y + p.y }), { x: 0, y: 0 });
  return { x: sum.x / Math.max(points.length, 1), y: sum.y / Math.max(points.length, 1) };
}
