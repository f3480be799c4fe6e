import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type { Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { NodeGraphRuntime, readFloat32 } from './onnx-node.ts';

/**
 * ONNX Runtime on the CPU with the model's weights, as what compares precisions takes it.
 * @param onDispose told of the runtime that is about to be disposed
 */
export async function openReadable(
  model: Sam2Model,
  checkpoint: Checkpoint,
  onDispose?: (runtime: NodeGraphRuntime) => void,
) {
  const runtime = await NodeGraphRuntime.create();
  await runtime.mount(model.weights, checkpoint);
  return {
    load: runtime.load.bind(runtime),
    tensor: runtime.tensor.bind(runtime),
    concat: runtime.concat.bind(runtime),
    split: runtime.split.bind(runtime),
    read: async (tensor: DeviceTensor) => await Promise.resolve(readFloat32(tensor)),
    [Symbol.dispose]: () => {
      onDispose?.(runtime);
      void runtime[Symbol.asyncDispose]();
    },
  };
}
