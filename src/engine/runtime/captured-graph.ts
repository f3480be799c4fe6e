import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { ModelGraph } from '../graph-runtime.ts';
import { type GpuTensors, gpuBuffer, type TensorCopy } from './gpu-tensors.ts';
import { OrtTensor } from './ort-tensor.ts';
import { byName, type GraphSession, releaseSession } from './plain-graph.ts';
import type { GraphScratch } from './shared-scratch.ts';

/** An input as the captured run has it. */
interface FixedInput {
  readonly fixed: OrtTensor;
  /** Whether its buffer is this graph's only, and not written over between runs. */
  readonly isOwn: boolean;
  /** Whose values are in it now; not used otherwise, it may be disposed by now. */
  contents: DeviceTensor | undefined;
}

/**
 * A graph whose first run ORT records and whose other runs replay it: the same programs on the same
 * buffers, without a look at the nodes. Inputs are copied to where that run had them. Results are lent
 * where they are: one that is still in use when a graph is to write there, or when its own graph goes, is
 * moved first.
 */
export class CapturedGraph implements ModelGraph {
  readonly #session: GraphSession;
  readonly #tensors: GpuTensors;
  readonly #scratch: GraphScratch;
  readonly #inputs = new Map<string, FixedInput>();
  #isRecorded = false;

  /** @param session with `enableGraphCapture`, and not run yet */
  constructor(session: GraphSession, tensors: GpuTensors) {
    this.#session = session;
    this.#tensors = tensors;
    this.#scratch = tensors.scratch.open();
  }

  /** The shapes of inputs and the names of outputs are the same on every run. */
  run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    const { name, exclusive } = this.#session;
    return exclusive(`the ${name} graph`, async () => {
      // Before the inputs: one of them may be a result of the last run.
      this.#takeBack();
      const results = await this.#compute(this.#fill(inputs), outputs);
      this.#scratch.lend(Object.values(results));
      return results;
    });
  }

  [Symbol.dispose](): void {
    this.#takeBack();
    for (const { fixed } of this.#inputs.values()) fixed[Symbol.dispose]();
    this.#inputs.clear();
    this.#scratch[Symbol.dispose]();
    releaseSession(this.#session);
  }

  /**
   * ORT's handles on the results of the run that is recorded are never disposed: with the last one gone
   * it would hand their buffers, which are the scratch's, to graphs that run plainly.
   */
  async #compute<Name extends string>(
    feeds: Record<string, Tensor>,
    outputs: readonly Name[],
  ): Promise<Record<Name, OrtTensor>> {
    const { session } = this.#session;
    const run = () => session.run(feeds, [...outputs]);
    const isReplay = this.#isRecorded;
    const fetched = isReplay ? await run() : await this.#scratch.record(run, buffersOf);
    this.#isRecorded = true;
    const results = byName(outputs, (output) => this.#view(fetched[output]));
    if (isReplay) for (const handle of Object.values(fetched)) handle.dispose();
    return results;
  }

  /** Results that are still in use are kept from being written over. */
  #takeBack(): void {
    this.#tensors.moveOut(this.#scratch.takeBack());
  }

  /** Puts the values where the captured run reads them. */
  #fill(inputs: Readonly<Record<string, DeviceTensor>>): Record<string, Tensor> {
    const copies: TensorCopy[] = [];
    const feeds: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(inputs)) {
      const input = this.#inputOf(name, tensor);
      if (input.contents !== tensor) copies.push({ from: tensor, to: gpuBuffer(input.fixed) });
      // Others are written by kernels and may be written again.
      input.contents = input.isOwn && isConstant(tensor) ? tensor : undefined;
      feeds[name] = input.fixed.tensor;
    }
    this.#tensors.copy(copies);
    return feeds;
  }

  #inputOf(name: string, tensor: DeviceTensor): FixedInput {
    const known = this.#inputs.get(name);
    if (known === undefined) {
      const isOwn = isConstant(tensor);
      const fixed = isOwn ? this.#tensors.empty(tensor) : this.#sharedInput(tensor);
      const input = { fixed, isOwn, contents: undefined };
      this.#inputs.set(name, input);
      return input;
    }
    const [expected, actual] = [known.fixed, tensor].map(({ dims }) => dims.join('×'));
    invariant(expected === actual, `${name} was captured as ${expected} and is ${actual}`);
    return known;
  }

  /** What changes from run to run need not outlast one. */
  #sharedInput(tensor: DeviceTensor): OrtTensor {
    const buffer = this.#scratch.acquire(tensor.bytes);
    return new OrtTensor(this.#tensors.view(buffer, tensor), () => {});
  }

  #view(fetched: Tensor | undefined): OrtTensor {
    invariant(fetched !== undefined, 'a graph gave no value for one of its outputs');
    return new OrtTensor(this.#tensors.view(fetched.gpuBuffer, shapeOf(fetched)), () => {});
  }
}

function isConstant(tensor: DeviceTensor): boolean {
  return tensor instanceof OrtTensor && tensor.isConstant;
}

function buffersOf(fetched: InferenceSession.OnnxValueMapType): readonly GPUBuffer[] {
  return Object.values(fetched).map(({ gpuBuffer: buffer }) => buffer);
}

function shapeOf({ dims, type }: Tensor) {
  invariant(type === 'float32' || type === 'int32', `tensors of ${type} do not leave a graph`);
  return { dims, dtype: type };
}
