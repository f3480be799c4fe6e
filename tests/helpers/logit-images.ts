import type { Size } from '../../src/core/geometry.ts';
import { mix } from './seeded-random.ts';

/** Mask logits with a name that says what is special about them. */
export interface LogitImage {
  readonly name: string;
  readonly size: Size;
  /** Row-major, `size.width · size.height`. */
  readonly logits: Float32Array<ArrayBuffer>;
}

function build(name: string, size: Size, logitAt: (x: number, y: number) => number): LogitImage {
  const logits = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) logits[y * size.width + x] = logitAt(x, y);
  }
  return { name, size, logits };
}

/**
 * A disc with a soft edge.
 * @param place its radius and its centre, as shares of the width
 */
export function buildDisc(
  { width, height }: Size,
  { radius = 1 / 3, x: centre = 0.45 }: { readonly radius?: number; readonly x?: number } = {},
): LogitImage {
  return build('disc', { width, height }, (x, y) => {
    const distance = Math.hypot(x - width * centre, y - height * 0.6);
    return (width * radius - distance) * 0.7;
  });
}

/** Independent logits, of which `share` (0..1) are object. */
export function buildNoise(size: Size, seed: number, share: number): LogitImage {
  const scale = 12;
  return build(`noise of ${share}`, size, (x, y) => {
    return (share - mix(seed, y * size.width + x) / 2 ** 32) * scale;
  });
}

/** Every kind of mask a reader must get right, for logits of one size. */
export function edgeImages(size: Size): readonly LogitImage[] {
  const [lastX, lastY] = [size.width - 1, size.height - 1];
  return [
    build('all object', size, () => 3),
    build('all background', size, () => -1024),
    build('all zero', size, () => 0),
    build('first pixel', size, (x, y) => (x + y === 0 ? 5 : -4)),
    build('last pixel', size, (x, y) => (x === lastX && y === lastY ? 5 : -4)),
    build('checkerboard', size, (x, y) => ((x + y) % 2 === 0 ? 5 : -4)),
    build('columns', size, (x) => (x % 2 === 0 ? 5 : -4)),
    build('rows', size, (_x, y) => (y % 2 === 0 ? 5 : -4)),
    buildDisc(size),
    buildNoise(size, 7, 0.5),
    buildNoise(size, 8, 0.9),
  ];
}
