import type { Checkpoint, CheckpointTensor } from '../../src/engine/checkpoint/checkpoint.ts';

/** Shapes by name, as in the `state_dict.*.json` goldens. */
export type StateDict = Readonly<Record<string, readonly number[]>>;

const FLOAT_BYTES = 4;
const textEncoder = new TextEncoder();

/** Reproducible numbers in −1…1 that are a function of a name; the rule of the SAM 2 goldens. */
export function deterministicValues(name: string, count: number): Float32Array {
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

/** The weight of that name and shape; `suffix` makes another model of the same shapes. */
export function deterministicWeight(
  name: string,
  shape: readonly number[],
  suffix = '',
): Float32Array {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const values = deterministicValues(name + suffix, count);
  const { offset, scale } = weightRange(name, shape);
  return values.map((u) => offset + scale * u);
}

/**
 * A checkpoint in memory with the weights of that state dict, its file being a `.safetensors`.
 * Nothing is computed before it is read.
 */
export function deterministicCheckpoint(stateDict: StateDict, suffix = ''): Checkpoint {
  const header = safetensorsHeader(stateDict);
  const tensors = new Map<string, CheckpointTensor>();
  let byteOffset = header.byteLength;
  for (const [name, shape] of Object.entries(stateDict)) {
    const byteLength = shape.reduce((product, dim) => product * dim, FLOAT_BYTES);
    tensors.set(name, { dtype: 'float32', shape, byteOffset, byteLength, isContiguous: true });
    byteOffset += byteLength;
  }
  return {
    tensors,
    get file() {
      return safetensorsBlob(stateDict, suffix);
    },
    readFloat32: async (name) => {
      const shape = stateDict[name];
      if (shape === undefined) throw new Error(`no tensor "${name}"`);
      return await Promise.resolve(deterministicWeight(name, shape, suffix));
    },
  };
}

/** The `.safetensors` file of that state dict. */
export function safetensorsBlob(stateDict: StateDict, suffix = ''): Blob {
  const weights = Object.entries(stateDict).map(
    ([name, shape]) => new Blob([new Float32Array(deterministicWeight(name, shape, suffix))]),
  );
  return new Blob([safetensorsHeader(stateDict), ...weights]);
}

function safetensorsHeader(stateDict: StateDict): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = Object.entries(stateDict).map(([name, shape]) => {
    const start = end;
    end += shape.reduce((product, dim) => product * dim, FLOAT_BYTES);
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }];
  });
  const json = JSON.stringify(Object.fromEntries(entries));
  // Spaces behind the JSON bring the data to a multiple of 8, as the format's own writer does.
  const text = textEncoder.encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const header = new Uint8Array(8 + text.byteLength);
  new DataView(header.buffer).setBigUint64(0, BigInt(text.byteLength), true);
  header.set(text, 8);
  return header;
}

function weightRange(name: string, shape: readonly number[]): { offset: number; scale: number } {
  const isScoreBias = name === 'sam_mask_decoder.pred_obj_score_head.layers.2.bias';
  if (shape.length <= 1) {
    if (name.endsWith('weight')) return { offset: 1, scale: 0.1 };
    return { offset: isScoreBias ? 6 : 0, scale: 0.05 };
  }
  const [first = 1, ...rest] = shape;
  const inputs = rest.reduce((product, dim) => product * dim, 1);
  return { offset: 0, scale: first === 1 ? 0.5 : Math.sqrt(3 / inputs) };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of textEncoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
