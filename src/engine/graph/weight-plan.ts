import { invariant } from '../../core/assert.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { TensorPlace } from './encode-model.ts';
import type { DerivedSource, Graph, Initializer, TensorSource } from './graph.ts';
import { elementCount, evaluateDim } from './shape.ts';

/** Name under which the runtime mounts the checkpoint file, untouched. */
export const CHECKPOINT_LOCATION = 'checkpoint';
/** Name under which the runtime mounts what `prepareWeights` makes. */
export const PREPARED_LOCATION = 'prepared';

/** Changes whenever the same key would mean other contents, so that kept blobs are made anew. */
const FORMAT_VERSION = 1;
/** Bytes; the alignment ONNX Runtime asks of memory-mapped weights on the CPU. */
const ALIGNMENT = 64;
const FLOAT_BYTES = 4;

type ExternalSource = Exclude<TensorSource, { kind: 'constant' }>;

/** One tensor of the prepared blob. */
interface PreparedTensor {
  readonly source: ExternalSource;
  readonly elements: number;
  readonly offset: number;
}

/** Where the weights of a set of graphs lie. */
export interface WeightPlan {
  /** Equal for plans with the same prepared blob, given the same checkpoint. */
  readonly preparedKey: string;
  readonly preparedBytes: number;
  readonly prepared: readonly PreparedTensor[];
  placeOf(initializer: Initializer): TensorPlace;
}

/**
 * Lays out the weights of graphs that are used together. A float32 tensor that is used as it is
 * stays in the checkpoint file; what is derived from others or kept in another dtype goes, once,
 * to the prepared blob.
 */
export function planWeights(graphs: Iterable<Graph>, checkpoint: Checkpoint): WeightPlan {
  const places = new Map<string, TensorPlace>();
  const prepared: PreparedTensor[] = [];
  let preparedBytes = 0;
  for (const { source, elements } of externalTensors(graphs)) {
    const key = sourceKey(source, elements);
    if (places.has(key)) continue;
    const stored = placeInCheckpoint(source, elements, checkpoint);
    if (stored === undefined) {
      const offset = Math.ceil(preparedBytes / ALIGNMENT) * ALIGNMENT;
      prepared.push({ source, elements, offset });
      preparedBytes = offset + elements * FLOAT_BYTES;
    }
    places.set(
      key,
      stored ?? {
        location: PREPARED_LOCATION,
        offset: preparedBytes - elements * FLOAT_BYTES,
        length: elements * FLOAT_BYTES,
      },
    );
  }
  return {
    preparedKey: `v${FORMAT_VERSION}-${fingerprint(prepared)}`,
    preparedBytes,
    prepared,
    placeOf: ({ value, source }) => {
      invariant(source.kind !== 'constant', `${value.name} is in the model itself`);
      const place = places.get(sourceKey(source, evaluateDim(elementCount(value.dims), {})));
      invariant(place !== undefined, `${value.name} is not in the weight plan`);
      return place;
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
  for (const { source, elements, offset } of plan.prepared) {
    if (offset > position) yield new Uint8Array(offset - position);
    const data =
      source.kind === 'derived'
        ? await derive(source, checkpoint)
        : (await checkpoint.readFloat32(source.tensor)).subarray(
            source.elementOffset,
            source.elementOffset + elements,
          );
    invariant(data.length === elements, `${sourceKey(source, elements)}: ${data.length} elements`);
    yield new Uint8Array(Float32Array.from(data).buffer);
    position = offset + elements * FLOAT_BYTES;
  }
}

async function derive(source: DerivedSource, checkpoint: Checkpoint): Promise<Float32Array> {
  const inputs: Float32Array[] = [];
  for (const name of source.inputs) inputs.push(await checkpoint.readFloat32(name));
  return source.compute(inputs);
}

function* externalTensors(
  graphs: Iterable<Graph>,
): Generator<{ source: ExternalSource; elements: number }> {
  for (const { initializers } of graphs) {
    for (const { value, source } of initializers) {
      if (source.kind === 'constant') continue;
      yield { source, elements: evaluateDim(elementCount(value.dims), {}) };
    }
  }
}

function placeInCheckpoint(
  source: ExternalSource,
  elements: number,
  checkpoint: Checkpoint,
): TensorPlace | undefined {
  if (source.kind === 'derived') return undefined;
  const tensor = checkpoint.tensors.get(source.tensor);
  invariant(tensor !== undefined, `the checkpoint has no tensor "${source.tensor}"`);
  if (tensor.dtype !== 'float32' || !tensor.isContiguous) return undefined;
  return {
    location: CHECKPOINT_LOCATION,
    offset: tensor.byteOffset + source.elementOffset * FLOAT_BYTES,
    length: elements * FLOAT_BYTES,
  };
}

function sourceKey(source: ExternalSource, elements: number): string {
  return source.kind === 'derived'
    ? `derived ${source.key}`
    : `stored ${source.tensor} ${source.elementOffset}+${elements}`;
}

/** FNV-1a, 64 bits, over what the blob holds and where. */
function fingerprint(prepared: readonly PreparedTensor[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const { source, elements, offset } of prepared) {
    for (const character of `${offset} ${sourceKey(source, elements)}\n`) {
      hash ^= BigInt(character.codePointAt(0) ?? 0);
      hash = BigInt.asUintN(64, hash * 0x100000001b3n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
