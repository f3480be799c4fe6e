import { invariant } from '../../core/assert.ts';
import type { Checkpoint, CheckpointTensor } from '../checkpoint/checkpoint.ts';
import type { TensorPlace } from './encode-model.ts';
import { toFloat16Bits } from './float16.ts';
import type { DerivedSource, Graph, Initializer, Value } from './graph.ts';
import { elementCount, evaluateDim } from './shape.ts';

/** Name under which the runtime mounts the checkpoint file, untouched. */
export const CHECKPOINT_LOCATION = 'checkpoint';
/** Name under which the runtime mounts what `prepareWeights` makes. */
export const PREPARED_LOCATION = 'prepared';

/** Changes whenever the same key would mean other contents, so that kept blobs are made anew. */
const FORMAT_VERSION = 1;
/** Bytes; the alignment ONNX Runtime asks of memory-mapped weights on the CPU. */
const ALIGNMENT = 64;
const FLOAT_BYTES = { float32: 4, float16: 2 } as const;

/** One tensor of the prepared blob. */
export interface PreparedTensor {
  /** What it is computed from, or the checkpoint tensor that it holds whole. */
  readonly contents: DerivedSource | { readonly kind: 'converted'; readonly tensor: string };
  readonly dtype: keyof typeof FLOAT_BYTES;
  readonly elements: number;
  /** Position in the blob in bytes. */
  readonly offset: number;
}

/** Where the weights of a set of graphs lie. */
export interface WeightPlan {
  /** Equal for plans with the same prepared blob, given the same checkpoint. */
  readonly preparedKey: string;
  readonly preparedBytes: number;
  /** In the order of their offsets. */
  readonly prepared: readonly PreparedTensor[];
  placeOf(initializer: Initializer): TensorPlace;
}

/**
 * Lays out the weights of graphs that are used together. A tensor that is used as it is, in the type
 * that the file has, stays in the checkpoint file; what is derived from others or kept in another
 * dtype goes, once for each dtype, to the prepared blob.
 */
export function planWeights(graphs: Iterable<Graph>, checkpoint: Checkpoint): WeightPlan {
  const prepared = new Map<string, PreparedTensor>();
  let preparedBytes = 0;
  for (const initializer of [...graphs].flatMap((graph) => graph.initializers)) {
    const tensor = toPrepare(initializer, checkpoint);
    if (tensor === undefined || prepared.has(contentsKey(tensor))) continue;
    const offset = Math.ceil(preparedBytes / ALIGNMENT) * ALIGNMENT;
    prepared.set(contentsKey(tensor), { ...tensor, offset });
    preparedBytes = offset + tensor.elements * FLOAT_BYTES[tensor.dtype];
  }
  return {
    preparedKey: `v${FORMAT_VERSION}-${fingerprint(prepared.values())}`,
    preparedBytes,
    prepared: [...prepared.values()],
    placeOf: (initializer) => {
      const { value, source } = initializer;
      const elementBytes = FLOAT_BYTES[floatType(value)];
      const length = elementsOf(value) * elementBytes;
      const start = source.kind === 'stored' ? source.elementOffset * elementBytes : 0;
      const tensor = toPrepare(initializer, checkpoint);
      if (tensor === undefined) {
        invariant(source.kind === 'stored', `${value.name} is in the model itself`);
        const offset = storedTensor(source.tensor, checkpoint).byteOffset + start;
        return { location: CHECKPOINT_LOCATION, offset, length };
      }
      const place = prepared.get(contentsKey(tensor));
      invariant(place !== undefined, `${value.name} is not in the weight plan`);
      return { location: PREPARED_LOCATION, offset: place.offset + start, length };
    },
  };
}

/**
 * The prepared blob from its first byte to its last, in pieces to be written one after another.
 * @throws StudioError where the checkpoint cannot be read
 */
export async function* prepareWeights(
  plan: WeightPlan,
  checkpoint: Checkpoint,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let position = 0;
  for (const tensor of plan.prepared) {
    const { contents, dtype, elements, offset } = tensor;
    if (offset > position) yield new Uint8Array(offset - position);
    const data =
      contents.kind === 'derived'
        ? await derive(contents, checkpoint)
        : await checkpoint.readFloat32(contents.tensor);
    invariant(data.length === elements, `${contentsKey(tensor)}: ${data.length} elements`);
    const stored = dtype === 'float16' ? toFloat16Bits(data) : new Float32Array(data);
    yield new Uint8Array(stored.buffer);
    position = offset + elements * FLOAT_BYTES[dtype];
  }
}

async function derive(source: DerivedSource, checkpoint: Checkpoint): Promise<Float32Array> {
  const inputs: Float32Array[] = [];
  for (const name of source.inputs) inputs.push(await checkpoint.readFloat32(name));
  return source.compute(inputs);
}

/** What the prepared blob must hold for an initializer; nothing where it is used as it is. */
function toPrepare(
  { value, source }: Initializer,
  checkpoint: Checkpoint,
): Omit<PreparedTensor, 'offset'> | undefined {
  if (source.kind === 'constant') return undefined;
  const dtype = floatType(value);
  if (source.kind === 'derived') return { contents: source, dtype, elements: elementsOf(value) };
  const stored = storedTensor(source.tensor, checkpoint);
  if (stored.dtype === dtype && stored.isContiguous) return undefined;
  const elements = stored.shape.reduce((product, dim) => product * dim, 1);
  return { contents: { kind: 'converted', tensor: source.tensor }, dtype, elements };
}

function storedTensor(name: string, checkpoint: Checkpoint): CheckpointTensor {
  const tensor = checkpoint.tensors.get(name);
  invariant(tensor !== undefined, `the checkpoint has no tensor "${name}"`);
  return tensor;
}

function floatType({ name, dtype }: Value): PreparedTensor['dtype'] {
  invariant(dtype === 'float32' || dtype === 'float16', `the weight ${name} is ${dtype}`);
  return dtype;
}

function elementsOf(value: Value): number {
  return evaluateDim(elementCount(value.dims), {});
}

function contentsKey({ contents, dtype }: Omit<PreparedTensor, 'offset'>): string {
  const key = contents.kind === 'derived' ? contents.key : `converted ${contents.tensor}`;
  return dtype === 'float32' ? key : `${key} as ${dtype}`;
}

/** FNV-1a, 64 bits, over what the blob holds and where. */
function fingerprint(prepared: Iterable<PreparedTensor>): string {
  let hash = 0xcbf29ce484222325n;
  for (const tensor of prepared) {
    for (const character of `${tensor.offset} ${tensor.elements} ${contentsKey(tensor)}\n`) {
      hash ^= BigInt(character.codePointAt(0) ?? 0);
      hash = BigInt.asUintN(64, hash * 0x100000001b3n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
