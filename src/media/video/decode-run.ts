import type { EncodedPacket } from 'mediabunny';
import { invariant } from '../../core/assert.ts';
import { prepareFirstPacket } from './first-packet.ts';
import type { DecodeStart, FrameTable } from './frame-table.ts';

/** Packets handed to the decoder and not yet taken: enough to keep its threads busy. */
const MAX_QUEUED_PACKETS = 8;
/** Safari gives pictures a little out of presentation order. */
const REORDER_TOLERANCE = 16;
/**
 * A picture is known by the timestamp of its packet, so each packet gets its rank as timestamp, in
 * steps of a millisecond: unlike real times these are never equal and never rounded.
 */
const TIMESTAMP_STEP_US = 1000;
const HIDDEN_TIMESTAMP_US = -1;

/** What a `DecodeRun` works with. */
export interface DecodeRunOptions {
  readonly config: VideoDecoderConfig;
  readonly table: FrameTable;
  readonly start: DecodeStart;
  /** The packets from `start` on in decode order. The run ends the iteration. */
  readonly packets: AsyncGenerator<EncodedPacket, void, unknown>;
}

/** How a search for a picture ended; `missing`: the decoder passed it over. */
export type AdvanceOutcome = 'found' | 'missing';

/**
 * One decoder going forward through the clip from a key frame, kept between requests so that the
 * next frame costs one packet and not the way from the key frame. One search runs at a time.
 */
export class DecodeRun {
  readonly #options: DecodeRunOptions;
  readonly #decoder: VideoDecoder;
  readonly #pictures: VideoFrame[] = [];
  #nextOrdinal: number;
  #position: number;
  #picturesSeen = 0;
  #isFlushing = false;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: DecodeRunOptions) {
    this.#options = options;
    this.#nextOrdinal = options.start.ordinal;
    this.#position = options.start.isFirst ? 0 : options.start.rank;
    this.#decoder = new VideoDecoder({
      output: (picture) => {
        if (this.#failure === undefined) this.#pictures.push(picture);
        else picture.close();
        this.#wake();
      },
      error: (error) => this.#fail(error),
    });
    this.#decoder.addEventListener('dequeue', () => this.#wake());
    this.#decoder.configure(options.config);
  }

  /** The lowest rank that this run can still give. */
  get position(): number {
    return this.#position;
  }

  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  /** Runs `task` when the tasks before it are done. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /**
   * Decodes up to the picture of `rank`. Every picture on the way is given to `visit`, which must
   * not keep it. Call it within `exclusively`.
   * @throws the signal's reason when aborted; the run stays usable
   * @throws the decoder's error; the run is then dead
   */
  async advance(
    rank: number,
    visit: (rank: number, picture: VideoFrame) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<AdvanceOutcome> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure.error;
      const picture = this.#pictures.shift();
      if (picture === undefined) {
        if (this.#hasEnded) return 'missing';
        await this.#feed();
        continue;
      }
      const found = this.#rankOf(picture);
      this.#position = Math.max(this.#position, found + 1);
      try {
        await visit(found, picture);
      } finally {
        picture.close();
      }
      if (found === rank) return 'found';
      if (found > rank + REORDER_TOLERANCE) return 'missing';
    }
  }

  /** Stops decoding and frees every picture; a search under way is rejected with an `AbortError`. */
  close(): void {
    this.#fail(new DOMException('The decoder was closed.', 'AbortError'));
  }

  /** Hands over one packet, or waits until the decoder has room or a picture. */
  async #feed(): Promise<void> {
    if (this.#isFlushing || this.#decoder.decodeQueueSize >= MAX_QUEUED_PACKETS) {
      return this.#changed();
    }
    try {
      const { value: packet } = await this.#options.packets.next();
      if (this.#failure !== undefined) return;
      if (packet === undefined) this.#flush();
      else this.#decode(packet, this.#nextOrdinal++);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Not awaited: a decoder may need its pictures back before it can give the last ones. */
  #flush(): void {
    this.#isFlushing = true;
    this.#decoder.flush().then(
      () => {
        this.#hasEnded = true;
        this.#wake();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #decode(packet: EncodedPacket, ordinal: number): void {
    const { table, start, config } = this.#options;
    const isStart = ordinal === start.ordinal;
    const rank = table.rankOf(ordinal);
    const isHidden = rank < 0;
    // Shown before the key frame, it is predicted from pictures before this run (open GOP).
    if (!isHidden && !start.isFirst && rank < start.rank) return;
    const chunk = new EncodedVideoChunk({
      type: isStart ? 'key' : packet.type,
      timestamp: isHidden ? HIDDEN_TIMESTAMP_US : rank * TIMESTAMP_STEP_US,
      data: isStart ? prepareFirstPacket(packet.data, config) : packet.data,
    });
    this.#decoder.decode(chunk);
  }

  #rankOf(picture: VideoFrame): number {
    const { table, start } = this.#options;
    const counted = start.rank + this.#picturesSeen++;
    return table.mayHideReordering ? counted : picture.timestamp / TIMESTAMP_STEP_US;
  }

  #changed(): Promise<void> {
    invariant(this.#failure === undefined, 'a dead run waits for nothing');
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    for (const picture of this.#pictures.splice(0)) picture.close();
    if (this.#decoder.state !== 'closed') this.#decoder.close();
    void this.#options.packets.return();
    this.#wake();
  }
}
