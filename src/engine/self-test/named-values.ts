/** Bytes of FNV-1a's 32-bit offset basis and prime. */
const [FNV_BASIS, FNV_PRIME] = [0x811c9dc5, 0x01000193];

const encoder = new TextEncoder();

/**
 * Reproducible numbers in −1…1 that are a function of a name alone, so that a network's outputs can
 * be compared between machines without shipping its weights.
 */
export function namedValues(name: string, count: number): Float32Array<ArrayBuffer> {
  const seed = fnv1a(name);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = (seed + Math.imul(i, 0x9e3779b9)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    x ^= x >>> 15;
    values[i] = (x >>> 0) / 2 ** 31 - 1;
  }
  return values;
}

/** The weight of that name and shape, scaled so that activations stay in a trained model's range. */
export function namedWeight(
  name: string,
  shape: readonly number[],
  suffix = '',
): Float32Array<ArrayBuffer> {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const values = namedValues(name + suffix, count);
  const { offset, scale } = weightRange(name, shape);
  for (let i = 0; i < count; i++) values[i] = offset + scale * (values[i] ?? 0);
  return values;
}

function weightRange(name: string, shape: readonly number[]): { offset: number; scale: number } {
  if (shape.length <= 1) {
    if (name.endsWith('weight')) return { offset: 1, scale: 0.1 };
    // Without this the object would be judged absent in every frame, and every mask empty.
    const isScoreBias = name === 'sam_mask_decoder.pred_obj_score_head.layers.2.bias';
    return { offset: isScoreBias ? 6 : 0, scale: 0.05 };
  }
  const [first = 1, ...rest] = shape;
  const inputs = rest.reduce((product, dim) => product * dim, 1);
  return { offset: 0, scale: first === 1 ? 0.5 : Math.sqrt(3 / inputs) };
}

function fnv1a(text: string): number {
  let hash = FNV_BASIS;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}
