import type { Checkpoint, CheckpointTensor } from '../../src/engine/checkpoint/checkpoint.ts';
import { namedWeight } from '../../src/engine/self-test/named-values.ts';

/** Shapes by name, as in the `state_dict.*.json` goldens. */
export type StateDict = Readonly<Record<string, readonly number[]>>;

const FLOAT_BYTES = 4;
const textEncoder = new TextEncoder();

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
      return await Promise.resolve(namedWeight(name, shape, suffix));
    },
  };
}

/** The `.safetensors` file of that state dict. */
export function safetensorsBlob(stateDict: StateDict, suffix = ''): Blob {
  const weights = Object.entries(stateDict).map(
    ([name, shape]) => new Blob([namedWeight(name, shape, suffix)]),
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
