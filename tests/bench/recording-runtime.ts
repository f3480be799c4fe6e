import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type { GraphRuntime, HostData, ModelGraph } from '../../src/engine/graph-runtime.ts';
import { type NodeGraphRuntime, readFloat32, readInt32 } from '../helpers/onnx-node.ts';

/** A tensor that was let go of. */
interface KeptTensor {
  readonly dims: readonly number[];
  readonly host: HostData;
}

/** What a graph was last given, and what it gave. */
export interface KeptRun {
  readonly inputs: Readonly<Record<string, KeptTensor>>;
  readonly outputs: Readonly<Record<string, KeptTensor>>;
}

/** A runtime that keeps a copy of the last run of each graph. */
export class RecordingRuntime implements GraphRuntime {
  readonly runs = new Map<string, KeptRun>();
  readonly #runtime: NodeGraphRuntime;

  constructor(runtime: NodeGraphRuntime) {
    this.#runtime = runtime;
  }

  async load(name: string, model: Uint8Array): Promise<ModelGraph> {
    const graph = await this.#runtime.load(name, model);
    return {
      run: async (inputs, outputs) => {
        const results = await graph.run(inputs, outputs);
        this.runs.set(name, { inputs: kept(inputs), outputs: kept(results) });
        return results;
      },
      [Symbol.dispose]: () => graph[Symbol.dispose](),
    };
  }

  tensor(dims: readonly number[], host: HostData): DeviceTensor {
    return this.#runtime.tensor(dims, host);
  }

  concat(tensors: readonly DeviceTensor[], rows?: number): DeviceTensor {
    return this.#runtime.concat(tensors, rows);
  }

  split(tensor: DeviceTensor, count: number): readonly DeviceTensor[] {
    return this.#runtime.split(tensor, count);
  }
}

function kept(tensors: Readonly<Record<string, DeviceTensor>>): Record<string, KeptTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const host: HostData =
        tensor.dtype === 'float32'
          ? { dtype: 'float32', data: readFloat32(tensor).slice() }
          : { dtype: 'int32', data: readInt32(tensor).slice() };
      return [name, { dims: tensor.dims, host }];
    }),
  );
}
