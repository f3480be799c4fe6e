import type { Tensor } from 'onnxruntime-web';
import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { ModelGraph } from '../graph-runtime.ts';
import { type GpuTensors, gpuBuffer, type TensorCopy } from './gpu-tensors.ts';
import { OrtTensor } from './ort-tensor.ts';
import { byName, type GraphSession, releaseSession } from './plain-graph.ts';

/** An input as the captured run has it. */
interface FixedInput {
  /** In a buffer that is this graph's only. */
  readonly fixed: OrtTensor;
  /** Whose values are in it now; not used otherwise, it may be disposed by now. */
  contents: DeviceTensor | undefined;
}

/**
 * A graph whose first run ORT records and whose other runs replay it: the same programs on the same
 * buffers, without a look at the nodes. Inputs are copied to where that run had them. Results are lent
 * where they are: one that is still in use when the graph runs again, or goes, is moved first.
 */
export class CapturedGraph implements ModelGraph {
  readonly #session: GraphSession;
  readonly #tensors: GpuTensors;
  readonly #inputs = new Map<string, FixedInput>();
  #lent: readonly OrtTensor[] = [];

  /** @param session with `enableGraphCapture`, and not run yet */
  constructor(session: GraphSession, tensors: GpuTensors) {
    this.#session = session;
    this.#tensors = tensors;
  }

  /** The shapes of inputs and the names of outputs are the same on every run. */
  run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    const { name, session, exclusive } = this.#session;
    return exclusive(`the ${name} graph`, async () => {
      // Before the inputs: one of them may be a result of the last run.
      this.#takeBack();
      const fetched = await session.run(this.#fill(inputs), [...outputs]);
      const results = byName(outputs, (output) => this.#lend(fetched[output]));
      this.#lent = Object.values(results);
      return results;
    });
  }

  [Symbol.dispose](): void {
    this.#takeBack();
    for (const { fixed } of this.#inputs.values()) fixed[Symbol.dispose]();
    this.#inputs.clear();
    releaseSession(this.#session);
  }

  /** The caller keeps what it still has of the last results, in buffers of its own. */
  #takeBack(): void {
    this.#tensors.moveOut(this.#lent.filter((tensor) => !tensor.isDisposed));
    this.#lent = [];
  }

  /** Puts the values where the captured run reads them. */
  #fill(inputs: Readonly<Record<string, DeviceTensor>>): Record<string, Tensor> {
    const copies: TensorCopy[] = [];
    const feeds: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(inputs)) {
      const input = this.#inputOf(name, tensor);
      if (input.contents !== tensor) copies.push({ from: tensor, to: gpuBuffer(input.fixed) });
      // Others are written by kernels and may be written again.
      input.contents = tensor instanceof OrtTensor && tensor.isConstant ? tensor : undefined;
      feeds[name] = input.fixed.tensor;
    }
    this.#tensors.copy(copies);
    return feeds;
  }

  #inputOf(name: string, tensor: DeviceTensor): FixedInput {
    const known = this.#inputs.get(name);
    if (known === undefined) {
      const input = { fixed: this.#tensors.empty(tensor), contents: undefined };
      this.#inputs.set(name, input);
      return input;
    }
    const [expected, actual] = [known.fixed, tensor].map(({ dims }) => dims.join('×'));
    invariant(expected === actual, `${name} was captured as ${expected} and is ${actual}`);
    return known;
  }

  #lend(fetched: Tensor | undefined): OrtTensor {
    invariant(fetched !== undefined, 'a graph gave no value for one of its outputs');
    // ORT's own tensor is a handle on the buffer, which the capture holds.
    const lent = new OrtTensor(this.#tensors.view(fetched.gpuBuffer, shapeOf(fetched)), () => {});
    fetched.dispose();
    return lent;
  }
}

function shapeOf({ dims, type }: Tensor) {
  invariant(type === 'float32' || type === 'int32', `tensors of ${type} do not leave a graph`);
  return { dims, dtype: type };
}
