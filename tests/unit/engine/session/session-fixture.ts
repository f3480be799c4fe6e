import { invariant } from '../../../../src/core/assert.ts';
import type { FrameForm, ModelFrame } from '../../../../src/core/frame/model-frame.ts';
import { rgbaPicture } from '../../../../src/core/frame/stored-picture.ts';
import type { Size } from '../../../../src/core/geometry.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../../../../src/core/ids.ts';
import type { FramePrompts, MaskSummary } from '../../../../src/core/prompts.ts';
import { encodeRle, rleIou, type MaskRle } from '../../../../src/core/rle.ts';
import type { DeviceTensor } from '../../../../src/engine/device-tensor.ts';
import type { MaskReading } from '../../../../src/engine/kernels/mask-read/mask-reader.ts';
import { CallQueue } from '../../../../src/engine/runtime/call-queue.ts';
import { SegmentationSession } from '../../../../src/engine/session/segmentation-session.ts';
import type { MemoryBudgets } from '../../../../src/engine/session/session-budgets.ts';
import type { MaskOutput, TensorKernels } from '../../../../src/engine/session/tensor-kernels.ts';
import type { PropagationRun } from '../../../../src/engine/session/propagation-run.ts';
import type { PropagationRequest, SessionVideo } from '../../../../src/protocol/inference-api.ts';
import type {
  ComparePort,
  FrameMask,
  MediaPort,
  PutOptions,
  SummarisedMask,
} from '../../../../src/protocol/media-api.ts';
import type { MaskPreview, PreviewPort } from '../../../../src/protocol/mask-preview.ts';
import { FAKE_CONFIG, FakeEngineGraphs, labelOf } from '../../../helpers/fake-engine-graphs.ts';

export const SIZE: Size = { width: 16, height: 8 };
export const MUG: ObjectId = objectId(1);
export const HAND: ObjectId = objectId(2);

/** A clip whose frames are their numbers, and which writes down what it is asked and told. */
export class NumberedClip implements MediaPort, PreviewPort, ComparePort {
  readonly framesRead: FrameIndex[] = [];
  readonly masksAsked: string[] = [];
  /** As `frame/object`. */
  readonly put: string[] = [];
  /** How the last masks that were put came about, as `frame: direction`. */
  readonly ways: string[] = [];
  lastPut: PutOptions | undefined;
  /** As `frame/object`. */
  readonly compared: string[] = [];
  readonly #masks = new Map<string, MaskRle>();

  async modelFrame(frame: FrameIndex, { kind }: FrameForm): Promise<ModelFrame> {
    invariant(kind === 'planes', 'a form that nobody asks for');
    this.framesRead.push(frame);
    const rgba = Uint8Array.of(frame, 0, 0, 255);
    return { kind, picture: rgbaPicture({ width: 1, height: 1, rgba }) };
  }

  async putMasks(
    masks: readonly (FrameMask & Pick<SummarisedMask, 'direction'>)[],
    options?: PutOptions,
  ): Promise<readonly (number | undefined)[]> {
    this.lastPut = options;
    for (const { objectId: id, frame, mask, direction } of masks) {
      this.ways.push(`${frame}: ${direction ?? 'none'}`);
      this.put.push(`${frame}/${id}`);
      this.#masks.set(`${frame}/${id}`, mask);
    }
    return masks.map(() => undefined);
  }

  async compareMasks(masks: readonly FrameMask[]): Promise<readonly (number | undefined)[]> {
    return masks.map(({ objectId: id, frame, mask }) => {
      this.compared.push(`${frame}/${id}`);
      const there = this.#masks.get(`${frame}/${id}`);
      return there && rleIou(mask, there);
    });
  }

  async masksOfFrames(): Promise<readonly FrameMask[]> {
    throw new Error('a session asks for no more than one mask at a time');
  }

  async maskOf(id: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    this.masksAsked.push(`${frame}/${id}`);
    return this.#masks.get(`${frame}/${id}`);
  }

  /** The last ones of each kind. */
  readonly previews = new Map<string, readonly MaskPreview[]>();

  async putPreviews(kind: string, previews: readonly MaskPreview[]): Promise<void> {
    this.previews.set(kind, previews);
  }

  takePut(): string[] {
    return this.put.splice(0);
  }
}

/** Kernels that compute nothing and write down which masks were read together. */
export class FakeKernels implements TensorKernels {
  readonly frameForm: FrameForm = { kind: 'planes' };
  readonly bytesRead = 0;
  /** Labels of the logits of each read. */
  readonly reads: string[][] = [];
  /** How each of them was to be read. */
  readonly ways: ('overlapping' | 'non-overlapping')[] = [];
  /** How many columns a mask has, by the label of its logits and its place among those read. */
  columnsOf = (_label: string, place: number): number => place + 1;
  readonly #graphs: FakeEngineGraphs;

  constructor(graphs: FakeEngineGraphs) {
    this.#graphs = graphs;
  }

  preprocess(frame: ModelFrame): DeviceTensor {
    return this.#graphs.image(frame.kind === 'planes' ? (frame.picture.data[0] ?? NaN) : NaN);
  }

  fillHoles(logits: readonly DeviceTensor[]): readonly DeviceTensor[] {
    return logits.map((tensor) => this.#graphs.filled(tensor));
  }

  async readMasks(outputs: readonly MaskOutput[]): Promise<readonly MaskReading[]> {
    this.ways.push('overlapping');
    // Each as if it were alone.
    return this.#read(outputs, () => 0);
  }

  async readNonOverlapping(outputs: readonly MaskOutput[]): Promise<readonly MaskReading[]> {
    this.ways.push('non-overlapping');
    return this.#read(outputs, (place) => place);
  }

  #read(outputs: readonly MaskOutput[], placeOf: (at: number) => number): MaskReading[] {
    this.reads.push(outputs.map(({ lowResMaskLogits }) => labelOf(lowResMaskLogits)));
    return outputs.map(({ lowResMaskLogits }, i) => ({
      ...nothing(),
      mask: bar(this.columnsOf(labelOf(lowResMaskLogits), placeOf(i))),
    }));
  }

  [Symbol.dispose](): void {}
}

function nothing(): MaskReading {
  return { mask: bar(0), predictedIou: 0.5, objectScoreLogit: 1 };
}

/** The first `columns` columns. */
export function bar(columns: number): MaskRle {
  const { width, height } = SIZE;
  const data = Uint8Array.from({ length: width * height }, (_, i) => +(i % width < columns));
  return encodeRle({ width, height, data });
}

/** A session over fakes. */
export class SessionFixture implements AsyncDisposable {
  readonly clip = new NumberedClip();
  readonly graphs = new FakeEngineGraphs(FAKE_CONFIG);
  readonly kernels = new FakeKernels(this.graphs);
  readonly session: SegmentationSession;
  /** Another session on the same graphs may be made of it. */
  readonly options;

  constructor(
    video: Partial<SessionVideo> & { readonly frameCount: number },
    budgets?: MemoryBudgets,
  ) {
    this.options = {
      graphs: this.graphs,
      kernels: this.kernels,
      media: this.clip,
      video: { ...SIZE, ...video },
      queue: new CallQueue(),
      corrections: 'reference',
    } as const;
    this.session = new SegmentationSession({
      ...this.options,
      ...(budgets === undefined ? {} : { budgets }),
    });
  }

  click(id: ObjectId, frame: number, ...xs: readonly number[]) {
    const points = xs.map((x) => ({ x, y: 4, label: 'positive' as const }));
    return this.setPrompts(id, frame, { kind: 'clicks', points });
  }

  setPrompts(id: ObjectId, frame: number, prompts: FramePrompts) {
    return this.session.setPrompts({ objectId: id, frame: frameIndex(frame), prompts });
  }

  propagate(start: number, end: number, more: Partial<PropagationRequest> = {}): PropagationRun {
    const direction = start <= end ? 'forward' : 'reverse';
    const range = { start: frameIndex(start), end: frameIndex(end), direction } as const;
    return this.session.propagate({ ...range, ...more });
  }

  /** Runs to the end. */
  async track(start: number, end: number, more: Partial<PropagationRequest> = {}) {
    return this.finish(this.propagate(start, end, more));
  }

  /** Takes all that a run gives. */
  async finish(run: PropagationRun) {
    const summaries: MaskSummary[] = [];
    for (;;) {
      const batch = await run.nextBatch(1000);
      summaries.push(...batch.summaries);
      if (batch.state !== 'running') return { ...batch, summaries };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close();
    this.graphs[Symbol.dispose]();
  }
}
