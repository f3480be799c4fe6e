import {
  type AttentionVariant,
  VALUE_WIDTH,
} from '../kernels/cross-attention/attention-variant.ts';
import {
  type AttentionCounters,
  GpuCrossAttention,
  type KernelExtents,
} from '../kernels/cross-attention/gpu-cross-attention.ts';
import { checkedVariant, usableVariants } from '../kernels/cross-attention/variant-fit.ts';
import type { BufferSlice } from '../kernels/gpu-resources.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import { gpuBuffer } from '../runtime/gpu-tensors.ts';
import type { OrtRuntime } from '../runtime/ort-runtime.ts';
import { BACKBONE_STRIDE } from '../sam2/model-graphs.ts';
import type { Sam2Model } from '../sam2/sam2-model.ts';
import type { BankQuestions } from '../sam2/segmented-memory-attention.ts';

/** What a `GpuBankAttention` is made of. */
export interface BankAttentionOptions {
  /** The runtime's own. */
  readonly device: GPUDevice;
  /** Makes the results. Stays the caller's. */
  readonly runtime: OrtRuntime;
  readonly extents: KernelExtents;
  /** The plain one unless given. */
  readonly variant?: AttentionVariant;
}

/**
 * The cross-attention kernel on the tensors of a runtime. It submits to the queue to which ONNX Runtime
 * submits: what a graph gave is there before the kernel runs, and the next graph sees its result.
 */
export class GpuBankAttention implements Disposable {
  readonly #runtime: OrtRuntime;
  readonly #kernel: GpuCrossAttention;

  private constructor(runtime: OrtRuntime, kernel: GpuCrossAttention) {
    this.#runtime = runtime;
    this.#kernel = kernel;
  }

  /** @throws GPUPipelineError where the device does not take the kernel */
  static async create(options: BankAttentionOptions): Promise<GpuBankAttention> {
    const { device, runtime, extents, variant } = options;
    return new GpuBankAttention(runtime, await GpuCrossAttention.create(device, extents, variant));
  }

  /** GPU buffers made, all of them with the kernel; results come from the runtime's pool. */
  get allocations(): number {
    return this.#kernel.allocations;
  }

  get counters(): AttentionCounters {
    return this.#kernel.counters;
  }

  /**
   * `BankAttention`: the kernel runs once for each object, into its part of the result, which is the
   * caller's.
   * @throws StudioError `model-too-large` for more keys than a shader of this device can bind
   */
  attend({ queries, areShared, banks }: BankQuestions): DeviceTensor {
    const askers = areShared ? 1 : banks.length;
    const [, tokens = 0] = queries.dims;
    const attended = this.#runtime.emptyGpuTensor([tokens * banks.length, VALUE_WIDTH]);
    try {
      for (const [object, { keys, values, rows }] of banks.entries()) {
        const own = partOf(queries, { part: object % askers, parts: askers });
        const operands = { queries: own, keys: slice(keys), values: slice(values), rows };
        this.#kernel.run(operands, partOf(attended, { part: object, parts: banks.length }));
      }
    } catch (error) {
      attended[Symbol.dispose]();
      throw error;
    }
    return attended;
  }

  [Symbol.dispose](): void {
    this.#kernel[Symbol.dispose]();
  }
}

/** A model as its attention to the bank sees it. */
export type AttendingModel = Pick<Sam2Model, 'config' | 'imageSize' | 'precision'>;

/** What the choice of a model's attention follows from. */
export interface BankAttentionChoice {
  /** Of a checked device. */
  readonly plan: DevicePlan;
  readonly runtime: OrtRuntime;
  readonly model: AttendingModel;
  /** The first that stores operands as the model's precision allows unless given. */
  readonly variant?: AttentionVariant;
}

/**
 * The kernel for a model, the caller's, where the device's report says so; nothing where the graph is
 * to do it.
 * @throws GPUPipelineError where the device does not take the kernel after all
 */
export async function openBankAttention({
  plan,
  runtime,
  model,
  variant,
}: BankAttentionChoice): Promise<GpuBankAttention | undefined> {
  if (!attendsByKernel(plan)) return undefined;
  const { device } = plan;
  const extents = kernelExtents(model);
  return await GpuBankAttention.create({
    device,
    runtime,
    extents,
    variant: variant ?? checkedVariant(device, storageOf(model)),
  });
}

/** Whether a device attends to the bank by the kernel. */
export function attendsByKernel(
  plan: DevicePlan,
): plan is Extract<DevicePlan, { backend: 'webgpu' }> {
  return plan.backend === 'webgpu' && plan.report.bankAttention?.way === 'kernel';
}

/** The variants that a model may use on a device, the plain one first. */
export function variantsFor(device: GPUDevice, model: AttendingModel): readonly AttentionVariant[] {
  return usableVariants(device, storageOf(model));
}

/** What a model's kernel is made for. */
export function kernelExtents({ config, imageSize }: AttendingModel): KernelExtents {
  return { queries: (imageSize / BACKBONE_STRIDE) ** 2, keyWidth: config.width };
}

/** Operands are rounded where the device and the checkpoint were found to allow float16. */
function storageOf({ precision }: AttendingModel): AttentionVariant['storage'] {
  return precision === 'fp16' ? 'float16' : 'float32';
}

function slice(tensor: DeviceTensor): BufferSlice {
  return { buffer: gpuBuffer(tensor), offset: 0, size: tensor.bytes };
}

/** One of the equal parts of a tensor; they begin at multiples of 256 bytes, as a binding must. */
function partOf(
  tensor: DeviceTensor,
  { part, parts }: { readonly part: number; readonly parts: number },
): BufferSlice {
  const size = tensor.bytes / parts;
  return { buffer: gpuBuffer(tensor), offset: part * size, size };
}
