import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime } from '../graph-runtime.ts';
import { bankRoom, rowsInRoom } from './bank-room.ts';
import { bankTensors } from './bank-tensors.ts';
import type { MemoryBankSelection, TrackerConfig } from './engine-graphs.ts';
import type { FrameQuestion, MemoryAttentionRunner } from './memory-attention-runner.ts';
import type { Sam2Model } from './sam2-model.ts';
import {
  type BankAttention,
  type BankInputs,
  SegmentedMemoryAttention,
} from './segmented-memory-attention.ts';

/** What memory attention runs on where a kernel attends to the bank. */
interface KernelAttentionOptions {
  /** Has the model's weight files mounted. Stays the caller's. */
  readonly runtime: GraphRuntime;
  readonly model: Sam2Model;
  readonly config: TrackerConfig;
  readonly attendToBank: BankAttention;
}

/** Memory attention of any number of objects at once, in segments around the kernel. */
export class KernelMemoryAttention implements MemoryAttentionRunner {
  readonly #options: KernelAttentionOptions;
  readonly #segmented: SegmentedMemoryAttention;

  private constructor(options: KernelAttentionOptions, segmented: SegmentedMemoryAttention) {
    this.#options = options;
    this.#segmented = segmented;
  }

  /** @throws StudioError as the runtime does */
  static async load(options: KernelAttentionOptions): Promise<KernelMemoryAttention> {
    const { runtime, model, attendToBank } = options;
    const segmented = await SegmentedMemoryAttention.load({
      runtime,
      segments: model.segments,
      layersOf: (objects) => model.objectGraphs(objects).attention,
      encode: (graph) => model.encode(graph),
      attendToBank,
    });
    return new KernelMemoryAttention(options, segmented);
  }

  ask(stride16: DeviceTensor): Promise<FrameQuestion> {
    return this.#segmented.ask(stride16);
  }

  async answer(
    question: FrameQuestion,
    banks: readonly MemoryBankSelection[],
  ): Promise<DeviceTensor> {
    const own: BankInputs[] = [];
    try {
      for (const bank of banks) own.push(this.#inputsOf(bank));
      return await this.#segmented.answer(question, own);
    } finally {
      for (const { tensors } of own) {
        for (const tensor of Object.values(tensors)) tensor[Symbol.dispose]();
      }
    }
  }

  forget(objects: number): void {
    this.#segmented.forget(objects);
  }

  [Symbol.dispose](): void {
    this.#segmented[Symbol.dispose]();
  }

  /** The bank in its room; see `bank-room.ts`. */
  #inputsOf(bank: MemoryBankSelection): BankInputs {
    const { runtime, config, model } = this.#options;
    const counts = { memories: bank.memories.length, pointers: bank.pointers.length };
    const room = bankRoom(counts);
    const rows = rowsInRoom(counts, room, {
      ofMemory: bank.memories[0]?.features.dims[0] ?? 0,
      ofPointer: model.config.width / model.config.memoryWidth,
    });
    return { tensors: bankTensors(runtime, config, { bank, room }), rows };
  }
}
