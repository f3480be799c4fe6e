import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { ModelGraph } from '../graph-runtime.ts';
import { OrtTensor, ortTensor } from './ort-tensor.ts';

/** Runs one call of ORT at a time; `what` it does is named in its error. */
export type Exclusive = <T>(what: string, call: () => Promise<T>) => Promise<T>;

/** A session of ORT, the graph's from now on, and how to call it. */
export interface GraphSession {
  readonly name: string;
  readonly session: InferenceSession;
  readonly exclusive: Exclusive;
}

/** A graph that ORT runs program by program, for inputs of any shape. */
export class PlainGraph implements ModelGraph {
  readonly #session: GraphSession;

  constructor(session: GraphSession) {
    this.#session = session;
  }

  async run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    const { name, session, exclusive } = this.#session;
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([input, tensor]) => [input, ortTensor(tensor)]),
    );
    const fetched = await exclusive(`the ${name} graph`, () => session.run(feeds, [...outputs]));
    return byName(outputs, (output) => adopt(fetched[output]));
  }

  [Symbol.dispose](): void {
    releaseSession(this.#session);
  }
}

/** A record of what `valueOf` gives for each of the names. */
export function byName<Name extends string, T>(
  names: readonly Name[],
  valueOf: (name: Name) => T,
): Record<Name, T> {
  // Every name is a key, by construction.
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, T>;
}

/** Closes a session once what it is doing has ended. */
export function releaseSession({ name, session, exclusive }: GraphSession): void {
  const released = exclusive(`closing the ${name} graph`, () => session.release());
  // Nobody waits for it, and a graph that cannot be closed is on a device that is gone.
  released.catch(() => undefined);
}

function adopt(tensor: Tensor | undefined): DeviceTensor {
  invariant(tensor !== undefined, 'a graph gave no value for one of its outputs');
  return new OrtTensor(tensor, () => tensor.dispose());
}
