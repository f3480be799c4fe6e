import { invariant } from '../../src/core/assert.ts';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type {
  CandidatesInput,
  EncodedPoints,
  EngineGraphs,
  ImageFeatures,
  MaskCandidates,
  MaskDecoderInput,
  MaskDecoderOutput,
  MemoryBankSelection,
  TrackedObject,
  TrackerConfig,
} from '../../src/engine/sam2/engine-graphs.ts';
import type { BinaryMask } from '../../src/core/rle.ts';

/** A tensor without data that knows what it is and whether it is still there. */
export class FakeTensor implements DeviceTensor {
  readonly dtype = 'float32';
  readonly bytes: number;
  readonly label: string;
  readonly dims: readonly number[];
  readonly #live: Set<FakeTensor>;

  constructor(label: string, dims: readonly number[], live: Set<FakeTensor>) {
    this.label = label;
    this.dims = dims;
    this.bytes = dims.reduce((product, size) => product * size, 4);
    this.#live = live;
    live.add(this);
  }

  [Symbol.dispose](): void {
    invariant(this.#live.delete(this), `${this.label} was disposed twice`);
  }

  assertLive(): void {
    invariant(this.#live.has(this), `${this.label} was used after it was disposed`);
  }
}

/** What a tensor of the fake is, for assertions; fails for one that is gone. */
export function labelOf(tensor: DeviceTensor): string {
  invariant(tensor instanceof FakeTensor, 'not a tensor of the fake');
  tensor.assertLive();
  return tensor.label;
}

/** One call to the fake, by the labels of what went in. */
export type FakeCall =
  | { readonly kind: 'encodeImage'; readonly frame: number }
  | {
      readonly kind: 'attendMemory';
      readonly frame: number;
      /** `label@row` */
      readonly memories: readonly string[];
      /** `label@distance` */
      readonly pointers: readonly string[];
      readonly maxPointerDistance: number;
    }
  | {
      readonly kind: 'decodeMask';
      readonly frame: number;
      readonly labels: readonly number[];
      readonly isConditioned: boolean;
      readonly previousLogits: string | undefined;
      readonly isMultimask: boolean;
      /** Only where one was asked for. */
      readonly candidate?: number;
    }
  | {
      readonly kind: 'decodeCandidates';
      readonly frame: number;
      readonly labels: readonly number[];
      readonly isConditioned: boolean;
      readonly previousLogits: string | undefined;
    }
  | { readonly kind: 'useMaskAsOutput'; readonly frame: number; readonly areaPx: number }
  | {
      readonly kind: 'encodeMemory';
      readonly frame: number;
      readonly logits: string;
      readonly isMaskFromPoints: boolean;
    };

const MEMORY_WIDTH = 64;

/** The published configuration at a size at which nothing is large. */
export const FAKE_CONFIG: TrackerConfig = {
  imageSize: 64,
  modelWidth: 128,
  numMaskMemories: 7,
  maxObjectPointers: 16,
  hasPointerTemporalPositions: true,
};

/**
 * `EngineGraphs` that compute nothing, write down every call, and notice leaks, double disposal and
 * use after disposal. Each decoder output is numbered: `logits3@7` are those of the fourth output,
 * made on frame 7.
 */
export class FakeEngineGraphs implements EngineGraphs {
  readonly config: TrackerConfig;
  readonly calls: FakeCall[] = [];
  readonly live = new Set<FakeTensor>();
  /** Objects of each call of `trackObjects`. */
  readonly groups: number[] = [];
  /** Throws from the call of this kind that comes next. */
  failNext: FakeCall['kind'] | undefined;
  #outputs = 0;
  #isRunning = false;

  constructor(config: TrackerConfig = FAKE_CONFIG) {
    this.config = config;
  }

  /** The frame a `FeatureCache` asks for: `FrameInput` of the fake. */
  image(frame: number): FakeTensor {
    const { imageSize } = this.config;
    return this.#tensor(`image@${frame}`, [1, 3, imageSize, imageSize]);
  }

  /** `MaskPostprocess.fillHoles` of the fake. */
  async fillHoles(logits: readonly DeviceTensor[]): Promise<readonly DeviceTensor[]> {
    await Promise.resolve();
    return logits.map((tensor) => this.filled(tensor));
  }

  /** What `fillHoles` makes. */
  filled(logits: DeviceTensor): FakeTensor {
    return this.#tensor(`filled ${labelOf(logits)}`, logits.dims);
  }

  /** Calls of one kind, in order. */
  callsOf<Kind extends FakeCall['kind']>(kind: Kind): Extract<FakeCall, { kind: Kind }>[] {
    return this.calls.filter(
      (call): call is Extract<FakeCall, { kind: Kind }> => call.kind === kind,
    );
  }

  encodeImage(image: DeviceTensor): Promise<ImageFeatures> {
    const frame = frameOf(image);
    return this.#call({ kind: 'encodeImage', frame }, () => {
      const { imageSize: size, modelWidth: width } = this.config;
      return disposable({
        stride4: this.#tensor(`stride4@${frame}`, [1, width / 8, size / 4, size / 4]),
        stride8: this.#tensor(`stride8@${frame}`, [1, width / 4, size / 8, size / 8]),
        stride16: this.#tensor(`stride16@${frame}`, [1, width, size / 16, size / 16]),
      });
    });
  }

  attendMemory(features: ImageFeatures, bank: MemoryBankSelection): Promise<DeviceTensor> {
    const frame = frameOfFeatures(features);
    const call: FakeCall = {
      kind: 'attendMemory',
      frame,
      memories: bank.memories.map((entry) => `${labelOf(entry.features)}:${entry.temporalRow}`),
      pointers: bank.pointers.map((entry) => `${labelOf(entry.pointer)}:${entry.temporalDistance}`),
      maxPointerDistance: bank.maxPointerDistance,
    };
    invariant(bank.memories.length > 0, 'a selection needs a memory');
    return this.#call(call, () => this.#tensor(`conditioned@${frame}`, features.stride16.dims));
  }

  decodeMask(input: MaskDecoderInput): Promise<MaskDecoderOutput> {
    const frame = frameOfFeatures(input.features);
    if (input.conditioned !== undefined) labelOf(input.conditioned);
    const call: FakeCall = {
      kind: 'decodeMask',
      frame,
      labels: pointLabels(input.points),
      isConditioned: input.conditioned !== undefined,
      previousLogits: input.previousLogits && labelOf(input.previousLogits),
      isMultimask: input.isMultimask,
      ...(input.candidate === undefined ? {} : { candidate: input.candidate }),
    };
    invariant(input.candidate === undefined || input.isMultimask, 'a candidate is one of three');
    return this.#call(call, () => this.#output(frame));
  }

  decodeCandidates(input: CandidatesInput): Promise<MaskCandidates> {
    const frame = frameOfFeatures(input.features);
    if (input.conditioned !== undefined) labelOf(input.conditioned);
    const call: FakeCall = {
      kind: 'decodeCandidates',
      frame,
      labels: pointLabels(input.points),
      isConditioned: input.conditioned !== undefined,
      previousLogits: input.previousLogits && labelOf(input.previousLogits),
    };
    return this.#call(call, () => {
      const outputs = [0, 1, 2].map(() => this.#output(frame));
      const [first] = outputs;
      invariant(first !== undefined, 'there are three candidates');
      const { objectScoreLogits } = first;
      for (const output of outputs) {
        output.objectPointer[Symbol.dispose]();
        if (output !== first) output.objectScoreLogits[Symbol.dispose]();
      }
      const dispose = () => {
        for (const { lowResMaskLogits, iouScores } of outputs) {
          lowResMaskLogits[Symbol.dispose]();
          iouScores[Symbol.dispose]();
        }
        objectScoreLogits[Symbol.dispose]();
      };
      return { candidates: outputs, objectScoreLogits, [Symbol.dispose]: dispose };
    });
  }

  useMaskAsOutput(features: ImageFeatures, mask: BinaryMask): Promise<MaskDecoderOutput> {
    const frame = frameOfFeatures(features);
    const { imageSize } = this.config;
    invariant(mask.width === imageSize && mask.height === imageSize, 'the mask must be S×S');
    const areaPx = mask.data.reduce((area, value) => area + (value === 0 ? 0 : 1), 0);
    return this.#call({ kind: 'useMaskAsOutput', frame, areaPx }, () => this.#output(frame));
  }

  encodeMemory(
    features: ImageFeatures,
    output: MaskDecoderOutput,
    { isMaskFromPoints }: { readonly isMaskFromPoints: boolean },
  ): Promise<DeviceTensor> {
    const frame = frameOfFeatures(features);
    const logits = labelOf(output.lowResMaskLogits);
    labelOf(output.objectScoreLogits);
    const grid = this.config.imageSize / 16;
    return this.#call({ kind: 'encodeMemory', frame, logits, isMaskFromPoints }, () =>
      this.#tensor(`memory of ${logits}`, [grid * grid, MEMORY_WIDTH]),
    );
  }

  /** One object after another, each by the calls that it stands for. */
  async trackObjects(
    features: ImageFeatures,
    banks: readonly MemoryBankSelection[],
  ): Promise<readonly TrackedObject[]> {
    this.groups.push(banks.length);
    const tracked: TrackedObject[] = [];
    try {
      for (const bank of banks) tracked.push(await this.#trackObject(features, bank));
      return tracked;
    } catch (error) {
      for (const { output, memory } of tracked) {
        output[Symbol.dispose]();
        memory[Symbol.dispose]();
      }
      throw error;
    }
  }

  async #trackObject(features: ImageFeatures, bank: MemoryBankSelection): Promise<TrackedObject> {
    using conditioned = await this.attendMemory(features, bank);
    const output = await this.decodeMask({ features, conditioned, isMultimask: true });
    try {
      const memory = await this.encodeMemory(features, output, { isMaskFromPoints: false });
      return { output, memory };
    } catch (error) {
      output[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    invariant(this.live.size === 0, `${this.live.size} tensors are left`);
  }

  #output(frame: number): MaskDecoderOutput {
    const name = `${this.#outputs++}@${frame}`;
    const quarter = this.config.imageSize / 4;
    return disposable({
      lowResMaskLogits: this.#tensor(`logits${name}`, [1, 1, quarter, quarter]),
      iouScores: this.#tensor(`iou${name}`, [1, 1]),
      objectPointer: this.#tensor(`pointer${name}`, [1, this.config.modelWidth]),
      objectScoreLogits: this.#tensor(`score${name}`, [1, 1]),
    });
  }

  #tensor(label: string, dims: readonly number[]): FakeTensor {
    return new FakeTensor(label, dims, this.live);
  }

  async #call<T>(call: FakeCall, result: () => T): Promise<T> {
    invariant(!this.#isRunning, 'calls to the graphs overlap');
    this.#isRunning = true;
    await Promise.resolve();
    this.#isRunning = false;
    if (this.failNext === call.kind) {
      this.failNext = undefined;
      throw new Error(`${call.kind} failed`);
    }
    this.calls.push(call);
    return result();
  }
}

function pointLabels(points: EncodedPoints | undefined): readonly number[] {
  return points === undefined ? [] : [...points.labels];
}

function frameOfFeatures({ stride4, stride8, stride16 }: ImageFeatures): number {
  labelOf(stride4);
  labelOf(stride8);
  return frameOf(stride16);
}

function frameOf(tensor: DeviceTensor): number {
  return Number(labelOf(tensor).split('@')[1]);
}

function disposable<T extends Record<string, FakeTensor>>(tensors: T): T & Disposable {
  return {
    ...tensors,
    [Symbol.dispose]: () => {
      for (const tensor of Object.values(tensors)) tensor[Symbol.dispose]();
    },
  };
}
