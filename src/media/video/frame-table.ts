import { invariant } from '../../core/assert.ts';

/** What the container says of one packet, in decode order. */
export interface PacketTiming {
  /** Presentation time in seconds; negative before the clip's start. */
  readonly seconds: number;
  readonly isKey: boolean;
  /** False for packets that only serve the prediction of others, as VP8 has them. */
  readonly isShown: boolean;
}

/** Where decoding may start. */
export interface DecodeStart {
  /** Position of the key packet in decode order. */
  readonly ordinal: number;
  readonly seconds: number;
  /** Its place in presentation order, pre-roll counted. */
  readonly rank: number;
  /** Whether packets that follow it but are shown before it need no earlier packet. */
  readonly isFirst: boolean;
}

/** What a frame table is made from. */
export interface FrameTableOptions {
  /** Whether the codec has pictures that are shown out of decode order. */
  readonly isReorderingCodec: boolean;
  /** Presentation time from which on frames are not shown; all are when absent. */
  readonly endSeconds?: number;
}

const NO_RANK = -1;

/**
 * The order of a clip's frames, from its packets' timestamps alone: no picture is decoded.
 *
 * `rank` is a packet's place among all shown packets sorted by presentation time. Frames before time 0
 * (an edit list's pre-roll) and after its end have ranks too, since others are predicted from
 * them, but no index:
 * `frame index = rank − preRollFrames`.
 */
export class FrameTable {
  /** Presentation times in whole microseconds, ascending, pre-roll left out. */
  readonly timestampsUs: Float64Array<ArrayBuffer>;
  readonly preRollFrames: number;
  /** Frames after the end of the edit list. */
  readonly trimmedFrames: number;
  /** Packets before the first key packet, which nothing can decode. */
  readonly orphanedPackets: number;
  /** Rank for each packet in decode order; `-1` for orphaned and hidden ones. */
  readonly #rankOf: Int32Array;
  /** Key packets in decode order. */
  readonly #starts: readonly DecodeStart[];

  /**
   * Whether the packets' times may be in decode order though the pictures are not: some MP4 writers
   * leave out the table of offsets (`ctts`). Pictures are then known by the order they come in.
   */
  readonly mayHideReordering: boolean;

  constructor(packets: readonly PacketTiming[], options: FrameTableOptions) {
    const { isReorderingCodec, endSeconds = Infinity } = options;
    const firstKey = packets.findIndex((packet) => packet.isKey);
    this.orphanedPackets = firstKey < 0 ? packets.length : firstKey;
    const order = packets
      .map(({ seconds, isShown }, ordinal) => ({ us: toMicroseconds(seconds), isShown, ordinal }))
      .slice(this.orphanedPackets)
      .filter(({ isShown }) => isShown)
      .sort((a, b) => a.us - b.us || a.ordinal - b.ordinal);
    this.#rankOf = new Int32Array(packets.length).fill(NO_RANK);
    order.forEach(({ ordinal }, rank) => (this.#rankOf[ordinal] = rank));
    this.preRollFrames = order.filter(({ us }) => us < 0).length;
    const presented = order.filter(({ us }) => us >= 0 && us < toMicroseconds(endSeconds));
    this.trimmedFrames = order.length - this.preRollFrames - presented.length;
    this.timestampsUs = Float64Array.from(presented, ({ us }) => us);
    this.mayHideReordering =
      isReorderingCodec &&
      order.every(({ ordinal }, rank) => rank === 0 || ordinal > (order[rank - 1]?.ordinal ?? 0));
    this.#starts = packets.flatMap(({ seconds, isKey }, ordinal) =>
      isKey
        ? [{ ordinal, seconds, rank: this.rankOf(ordinal), isFirst: ordinal === firstKey }]
        : [],
    );
  }

  get frameCount(): number {
    return this.timestampsUs.length;
  }

  /** The rank of the packet at a position in decode order; `-1` where it gives no picture. */
  rankOf(ordinal: number): number {
    return this.#rankOf[ordinal] ?? NO_RANK;
  }

  /**
   * The places from which the frame of `rank` can be decoded, the nearest first. A frame that
   * is shown before a key frame but stored after it needs the key frame before (open GOP).
   */
  *startsFor(rank: number): Generator<DecodeStart> {
    for (let i = this.#lastStartUpTo(rank); i > 0; i--) {
      const start = this.#starts[i];
      if (start !== undefined) yield start;
    }
    const first = this.#starts[0];
    invariant(first !== undefined, 'a clip without key packets has no frames');
    yield first;
  }

  #lastStartUpTo(rank: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle]?.rank ?? Infinity) <= rank) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function toMicroseconds(seconds: number): number {
  // Adding 0 turns −0 into 0.
  return Math.round(seconds * 1e6) + 0;
}
