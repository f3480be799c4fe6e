import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import type {
  EngineGraphs,
  ImageFeatures,
  MaskDecoderOutput,
  MemoryBankSelection,
} from '../../src/engine/sam2/engine-graphs.ts';
import type { BankCounts } from '../../src/engine/sam2/bank-room.ts';

interface FrameTensors {
  readonly image: DeviceTensor;
  readonly features: ImageFeatures;
  readonly clicked: MaskDecoderOutput;
  readonly memory: DeviceTensor;
}

/** What the networks of a frame take, made once so that each can be run as often as it is timed. */
export class BenchFrame implements Disposable {
  /** `[1,3,S,S]` */
  readonly image: DeviceTensor;
  readonly features: ImageFeatures;
  readonly clicked: MaskDecoderOutput;
  readonly #memory: DeviceTensor;

  private constructor({ image, features, clicked, memory }: FrameTensors) {
    this.image = image;
    this.features = features;
    this.clicked = clicked;
    this.#memory = memory;
  }

  /** Runs the networks of a first frame; they stay the caller's. */
  static async create(runtime: GraphRuntime, graphs: EngineGraphs): Promise<BenchFrame> {
    const { imageSize } = graphs.config;
    const data = new Float32Array(3 * imageSize * imageSize).map((_, i) => Math.sin(i * 0.01));
    const image = runtime.tensor([1, 3, imageSize, imageSize], { dtype: 'float32', data });
    const features = await graphs.encodeImage(image);
    const clicked = await graphs.decodeMask({ features, isMultimask: true });
    const memory = await graphs.encodeMemory(features, clicked, { isMaskFromPoints: true });
    return new BenchFrame({ image, features, clicked, memory });
  }

  /** The frame's own memory and pointer, so many times. */
  bank({ memories, pointers }: BankCounts): MemoryBankSelection {
    return {
      memories: Array.from({ length: memories }, (_, i) => ({
        features: this.#memory,
        temporalRow: 6 - (i % 7),
      })),
      pointers: Array.from({ length: pointers }, (_, i) => ({
        pointer: this.clicked.objectPointer,
        temporalDistance: i,
      })),
      maxPointerDistance: 15,
    };
  }

  [Symbol.dispose](): void {
    for (const part of [this.#memory, this.clicked, this.features, this.image]) {
      part[Symbol.dispose]();
    }
  }
}
