import type { ObjectId } from '../core/ids.ts';
import type { PlacedPrompts } from '../core/prompts.ts';
import { noteMaskModel } from './mask-model.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';
import { withoutFrames } from './summary-track.ts';
import { mapTracklet } from './tracklets-slice.ts';

/** What the outbox must know of the engine's session. */
interface SessionState {
  /** Resolves when the engine knows what it must know besides prompts. */
  readonly prepare: () => Promise<void>;
  /** Whether a prompt can be sent now. */
  readonly isOpen: () => boolean;
  /** Counts the sessions; an answer to an earlier one is dropped. */
  readonly generation: () => number;
  /** @returns whether the engine is gone; the prompt is then sent again to the next */
  readonly onFailure: (error: unknown) => boolean;
}

/** How prompts are sent. */
export interface PromptSending {
  /** Resolves when the decode worker knows of the step that the mask will belong to. */
  readonly begun?: Promise<void>;
  /** Leaves the mask on the frame where the engine has none in its place. */
  readonly keepsMask?: boolean;
}

/** Prompts that the engine has not answered yet: one is sent at a time, oldest first. */
export class PromptOutbox {
  readonly #context: StoreContext;
  readonly #session: SessionState;
  #waiting: readonly PlacedPrompts[] = [];
  readonly #sendings = new WeakMap<PlacedPrompts, PromptSending>();
  /** Told when something does not wait any more. */
  readonly #watchers = new Set<() => void>();
  #isSending = false;
  #sending = Promise.resolve();
  /** Frames whose features the session has computed. */
  #encodedFrames = new Set<number>();

  constructor(context: StoreContext, session: SessionState) {
    this.#context = context;
    this.#session = session;
  }

  /** What waits, oldest first. */
  get waiting(): readonly PlacedPrompts[] {
    return this.#waiting;
  }

  /** Takes the place of what waits. */
  replace(placed: readonly PlacedPrompts[]): void {
    this.#wait(placed);
  }

  /** Puts it after what waits. */
  add(placed: PlacedPrompts, sending: PromptSending = {}): void {
    this.#sendings.set(placed, sending);
    this.#wait([...this.#waiting, placed]);
  }

  /** Prompts of the object are not sent any more. */
  removeObject(id: ObjectId): void {
    this.#wait(this.#waiting.filter((placed) => placed.objectId !== id));
  }

  /** Resolves when what waits now is answered, or will not be; what comes later does not matter. */
  answered(): Promise<void> {
    const waiting = this.#waiting;
    return new Promise((resolve) => {
      const look = () => {
        if (this.#isSending && this.#waiting.some((placed) => waiting.includes(placed))) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** The next session encodes every frame anew. */
  forgetFrames(): void {
    this.#encodedFrames = new Set();
  }

  /** Sends what waits. Resolves when it is answered, or when the session is not open any more. */
  send(): Promise<void> {
    if (!this.#isSending) this.#sending = this.#sendAll();
    return this.#sending;
  }

  /** Resolves when every prompt sent so far is answered and its mask is on the stage. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  /** Takes the mask that the prompts had given off the stage. */
  async dropMask({ objectId, frame }: PlacedPrompts): Promise<void> {
    // A summary that has not entered the store yet would bring it back.
    this.#context.events.flush();
    this.#context.store.setState((state) => ({
      tracklets: mapTracklet(state.tracklets, objectId, (tracklet) => ({
        ...tracklet,
        summaries: withoutFrames(tracklet.summaries, [frame]),
      })),
    }));
    try {
      await this.#context.services.media.removeMasks(objectId, [frame]);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    try {
      for (let placed = this.#next(); placed !== undefined; placed = this.#next()) {
        await this.#sendOne(placed);
      }
    } finally {
      this.#isSending = false;
      patch(this.#context, 'models', { activity: undefined });
      this.#wait(this.#waiting);
    }
  }

  async #sendOne(placed: PlacedPrompts): Promise<void> {
    const generation = this.#session.generation();
    const { objectId, frame } = placed;
    const isFirstOnFrame = !this.#encodedFrames.has(frame);
    patch(this.#context, 'models', { activity: { objectId, frame, isFirstOnFrame } });
    const { begun, keepsMask = false } = this.#sendings.get(placed) ?? {};
    try {
      await begun;
      await this.#session.prepare();
      const summary = await this.#context.services.inference.setPrompts(placed);
      if (generation !== this.#session.generation()) return;
      this.#encodedFrames.add(frame);
      this.#takeOut(placed);
      await this.#keepNewerMask(placed);
      if (summary !== undefined) {
        noteMaskModel(this.#context);
        this.#context.events.push({ type: 'masks-summarised', summaries: [summary] });
      } else if (!keepsMask) await this.dropMask(placed);
    } catch (error) {
      if (generation !== this.#session.generation()) return;
      // After a recovery the prompt is sent again; any other failure would only repeat itself.
      if (!this.#session.onFailure(error)) this.#takeOut(placed);
    }
  }

  /** The answer lies over a mask that the user has made since, whose own answer comes later. */
  async #keepNewerMask({ objectId, frame }: PlacedPrompts): Promise<void> {
    const newer = this.#waiting.findLast(
      (other) => other.objectId === objectId && other.frame === frame,
    );
    if (newer?.prompts.kind !== 'mask') return;
    const { mask } = newer.prompts;
    await this.#context.services.media.putMask({ objectId, frame, origin: 'prompt', mask });
  }

  #next(): PlacedPrompts | undefined {
    return this.#session.isOpen() ? this.#waiting[0] : undefined;
  }

  #takeOut(placed: PlacedPrompts): void {
    this.#wait(this.#waiting.filter((other) => other !== placed));
  }

  #wait(placed: readonly PlacedPrompts[]): void {
    this.#waiting = placed;
    for (const look of this.#watchers) look();
  }
}
