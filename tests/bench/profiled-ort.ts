import type { InferenceSession } from 'onnxruntime-web';
import type { OrtModule } from '../../src/engine/runtime/ort-module.ts';

const LONGEST_WAIT_MS = 10_000;
const STEP_MS = 20;

/** Has everything that ONNX Runtime writes from now on told to `onWritten`, and written nowhere else. */
export type ListenToWrites = (onWritten: (text: string) => void) => void;

/**
 * A build of ONNX Runtime Web whose sessions are all profiled. It writes profiles to the console and
 * nowhere else; this stands in the way, so it must be made before the build is loaded.
 */
export class ProfiledOrt {
  readonly #sessions: InferenceSession[] = [];
  readonly #written: string[] = [];

  constructor(listen: ListenToWrites = listenToConsole) {
    listen((text) => this.#written.push(...text.split('\n')));
  }

  /** The build, with a profile for each session. */
  watch(ort: OrtModule): OrtModule {
    const create = async (model: Uint8Array, options: InferenceSession.SessionOptions) => {
      const profiled = { ...options, enableProfiling: true };
      const session = await ort.InferenceSession.create(model, profiled);
      this.#sessions.push(session);
      return session;
    };
    const InferenceSession = new Proxy(ort.InferenceSession, {
      get: (target, key): unknown => (key === 'create' ? create : Reflect.get(target, key)),
    });
    return { ...ort, InferenceSession };
  }

  /** Ends all profiles. @returns a trace for each session, in the order of their making */
  async traces(): Promise<string[]> {
    const traces: string[] = [];
    for (const session of this.#sessions) {
      this.#written.length = 0;
      session.endProfiling();
      traces.push(await this.#wholeTrace());
    }
    return traces;
  }

  /** From the line `[` to the line `]`. @throws Error where it does not come */
  async #wholeTrace(): Promise<string> {
    for (let waitedMs = 0; waitedMs <= LONGEST_WAIT_MS; waitedMs += STEP_MS) {
      const lines = this.#written.map((line) => line.trim());
      const end = lines.indexOf(']');
      if (end !== -1) return lines.slice(lines.indexOf('['), end + 1).join('\n');
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    throw new Error(`no profile came: ${this.#written.slice(0, 3).join(' ')}`);
  }
}

function listenToConsole(onWritten: (text: string) => void): void {
  console.log = (...words: readonly unknown[]) => onWritten(words.join(' '));
}
