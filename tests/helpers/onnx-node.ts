import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Ort from 'onnxruntime-node';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import {
  CHECKPOINT_LOCATION,
  PREPARED_LOCATION,
  prepareWeights,
  type WeightPlan,
} from '../../src/engine/graph/weight-plan.ts';
import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import type { GraphRuntime, HostData, ModelGraph } from '../../src/engine/graph-runtime.ts';

// The CommonJS build: the package has no ES module.
const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort;

/** A tensor in memory. Disposing it only takes it off the list of the living, so that a use after it is found. */
export class NodeTensor implements DeviceTensor {
  readonly dims: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly bytes: number;
  readonly #data: Float32Array | Int32Array;
  readonly #live: Set<NodeTensor>;

  constructor(dims: readonly number[], { dtype, data }: HostData, live: Set<NodeTensor>) {
    const elements = dims.reduce((product, dim) => product * dim, 1);
    if (data.length !== elements) throw new Error(`${data.length} numbers for [${dims.join()}]`);
    this.dims = dims;
    this.dtype = dtype;
    this.bytes = data.byteLength;
    this.#data = data;
    this.#live = live;
    live.add(this);
  }

  /** @throws after disposal */
  get data(): Float32Array | Int32Array {
    if (!this.#live.has(this)) throw new Error('the tensor has been disposed');
    return this.#data;
  }

  [Symbol.dispose](): void {
    this.#live.delete(this);
  }
}

/** The numbers of a float32 tensor of this runtime. */
export function readFloat32(tensor: DeviceTensor): Float32Array {
  const { data } = nodeTensor(tensor);
  if (!(data instanceof Float32Array)) throw new Error('not a float32 tensor');
  return data;
}

/** The numbers of an int32 tensor of this runtime. */
export function readInt32(tensor: DeviceTensor): Int32Array {
  const { data } = nodeTensor(tensor);
  if (!(data instanceof Int32Array)) throw new Error('not an int32 tensor');
  return data;
}

/**
 * ONNX Runtime's CPU kernels in Node, for tests and benches. Models and the weight files lie in one
 * folder of its own, where ONNX Runtime finds external data by name; it is removed on disposal.
 */
export class NodeGraphRuntime implements GraphRuntime, AsyncDisposable {
  readonly #folder: string;
  readonly #live = new Set<NodeTensor>();
  readonly #options: Ort.InferenceSession.SessionOptions;

  private constructor(folder: string, options: Ort.InferenceSession.SessionOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  static async create(
    options: Ort.InferenceSession.SessionOptions = {},
  ): Promise<NodeGraphRuntime> {
    const folder = await mkdtemp(join(tmpdir(), 'onnx-'));
    return new NodeGraphRuntime(folder, { logSeverityLevel: 3, ...options });
  }

  /** Tensors that nobody has disposed. */
  get liveTensors(): number {
    return this.#live.size;
  }

  /** Writes the checkpoint and what `plan` prepares of it. */
  async mount(plan: WeightPlan, checkpoint: Checkpoint): Promise<void> {
    await writeFile(join(this.#folder, CHECKPOINT_LOCATION), checkpoint.file.stream());
    await writeFile(join(this.#folder, PREPARED_LOCATION), prepareWeights(plan, checkpoint));
  }

  async load(name: string, model: Uint8Array): Promise<ModelGraph> {
    const path = join(this.#folder, `${name}.onnx`);
    await writeFile(path, model);
    const session = await ort.InferenceSession.create(path, this.#options);
    return new NodeModelGraph(session, this.#live);
  }

  tensor(dims: readonly number[], host: HostData): NodeTensor {
    return new NodeTensor(dims, { ...host, data: host.data.slice() } as HostData, this.#live);
  }

  concat(
    tensors: readonly DeviceTensor[],
    rows = tensors.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0),
  ): NodeTensor {
    const [first] = tensors;
    if (first === undefined) throw new Error('nothing to join');
    for (const { dims, dtype } of tensors) {
      const fits = dims.slice(1).join() === first.dims.slice(1).join() && dtype === first.dtype;
      if (!fits) throw new Error(`[${dims.join()}] cannot follow [${first.dims.join()}]`);
    }
    const elements = first.dims.slice(1).reduce((product, dim) => product * dim, rows);
    const host: HostData =
      first.dtype === 'float32'
        ? { dtype: 'float32', data: new Float32Array(elements) }
        : { dtype: 'int32', data: new Int32Array(elements) };
    let position = 0;
    for (const tensor of tensors) {
      const { data } = nodeTensor(tensor);
      host.data.set(data, position);
      position += data.length;
    }
    return new NodeTensor(first.dims.with(0, rows), host, this.#live);
  }

  split(tensor: DeviceTensor, count: number): readonly NodeTensor[] {
    const data = readFloat32(tensor);
    const [rows = 0, ...rest] = tensor.dims;
    if (rows % count !== 0) throw new Error(`${rows} rows make no ${count} tensors`);
    const length = data.length / count;
    return Array.from({ length: count }, (_, part) =>
      this.tensor([rows / count, ...rest], {
        dtype: 'float32',
        data: data.slice(part * length, (part + 1) * length),
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

class NodeModelGraph implements ModelGraph {
  readonly #session: Ort.InferenceSession;
  readonly #live: Set<NodeTensor>;

  constructor(session: Ort.InferenceSession, live: Set<NodeTensor>) {
    this.#session = session;
    this.#live = live;
  }

  async run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => {
        const { dtype, data, dims } = nodeTensor(tensor);
        return [name, new ort.Tensor(dtype, data, dims)];
      }),
    );
    const results = await this.#session.run(feeds, outputs);
    const entries = outputs.map((name) => [name, resultTensor(results[name], this.#live)]);
    // Object.fromEntries forgets the names, which are exactly those asked for.
    return Object.fromEntries(entries) as Record<Name, DeviceTensor>;
  }

  [Symbol.dispose](): void {
    void this.#session.release();
  }
}

function resultTensor(result: Ort.Tensor | undefined, live: Set<NodeTensor>): NodeTensor {
  if (result === undefined) throw new Error('the graph did not make an output it was asked for');
  const { data, dims } = result;
  if (data instanceof Float32Array) return new NodeTensor(dims, { dtype: 'float32', data }, live);
  if (data instanceof Int32Array) return new NodeTensor(dims, { dtype: 'int32', data }, live);
  throw new Error(`an output of type ${result.type} cannot leave a graph`);
}

function nodeTensor(tensor: DeviceTensor): NodeTensor {
  if (!(tensor instanceof NodeTensor)) throw new Error('a tensor of another runtime');
  return tensor;
}
