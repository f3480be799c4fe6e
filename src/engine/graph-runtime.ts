import type { DeviceTensor } from './device-tensor.ts';

/** Data to put on the device, by element type. */
export type HostData =
  | { readonly dtype: 'float32'; readonly data: Float32Array }
  | { readonly dtype: 'int32'; readonly data: Int32Array };

/** One loaded graph. Disposing it frees its weights and buffers. Runs must not overlap. */
export interface ModelGraph extends Disposable {
  /**
   * Inputs stay the caller's; the named outputs are the caller's to dispose.
   * @param inputs one tensor for each input of the graph, by name
   * @param outputs the outputs wanted, by name; others are not kept
   * @throws StudioError `device-lost`, `out-of-memory` or `model-failed`
   */
  run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>>;
}

/** What is known of a graph before it runs. */
export interface LoadOptions {
  /**
   * Every input has the same shape on every run, and the same outputs are asked for: the runtime may
   * record the first run and replay it. Such a graph keeps its buffers.
   */
  readonly isSteady?: boolean;
}

/**
 * What runs graphs and holds their tensors: ONNX Runtime in the browser, or in Node for tests. The
 * runtime has the files of `weight-plan.ts` (checkpoint and prepared weights) mounted under their
 * names before the first `load`.
 */
export interface GraphRuntime {
  /**
   * @param name unique among the loaded graphs, for messages and profiles
   * @param model ONNX `ModelProto`; copied
   */
  load(name: string, model: Uint8Array, options?: LoadOptions): Promise<ModelGraph>;
  /** A tensor on the device with a copy of the data. The caller disposes it. */
  tensor(dims: readonly number[], host: HostData): DeviceTensor;
  /**
   * The tensors one after another along axis 0, copied on the device; the inputs stay the
   * caller's, and so is the result. They agree in type and in all dimensions but the first.
   * @param rows of the result, as many as the tensors have unless given; what they do not fill
   *   holds any numbers
   */
  concat(tensors: readonly DeviceTensor[], rows?: number): DeviceTensor;
  /**
   * The float32 tensor cut along axis 0 into `count` tensors of the same extents, copied on the
   * device; the input stays the caller's, and so are the results.
   */
  split(tensor: DeviceTensor, count: number): readonly DeviceTensor[];
}
