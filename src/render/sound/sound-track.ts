import type { AudioSource } from 'mediabunny';
import { StudioError } from '../../core/errors.ts';

/** The part of a clip that a video shows, in seconds of the clip. */
export interface ClipTimes {
  readonly startSeconds: number;
  /** Exclusive. */
  readonly endSeconds: number;
}

interface SoundTrackOptions {
  readonly source: AudioSource;
  readonly codec: string;
  readonly maxPackets?: number;
  /** Adds one piece of sound to the source a step, and yields when it begins in the video, seconds. */
  readonly pieces: AsyncGenerator<number, void>;
}

/** The sound of a video that is being written. */
export class SoundTrack {
  /** To be made a track of the file before it is started. */
  readonly source: AudioSource;
  /** As users know it, such as `AAC`. */
  readonly codec: string;
  /** No more packets will be added; absent: not known. */
  readonly maxPackets: number | undefined;
  readonly #pieces: AsyncGenerator<number, void>;
  #reachedSeconds = -Infinity;

  constructor({ source, codec, maxPackets, pieces }: SoundTrackOptions) {
    this.source = source;
    this.codec = codec;
    this.maxPackets = maxPackets;
    this.#pieces = pieces;
  }

  /**
   * Adds the sound up to a time in the video, and the piece after it: so the file's writer knows
   * that nothing comes before it and keeps no pictures back, also where the sound begins late.
   * @throws StudioError `video-encode-failed` where the sound cannot be read, decoded or encoded;
   * what the file's sink throws
   */
  async writeUntil(seconds: number): Promise<void> {
    while (this.#reachedSeconds <= seconds) {
      const piece = await this.#pieces.next().catch((error: unknown) => {
        throw error instanceof StudioError ? error : soundFailed(error);
      });
      if (piece.done === true) {
        this.#reachedSeconds = Infinity;
        this.source.close();
        return;
      }
      this.#reachedSeconds = piece.value;
    }
  }

  /** Lets go of what the sound is read with, wherever it is. */
  async close(): Promise<void> {
    await this.#pieces.return();
  }
}

function soundFailed(cause: unknown): StudioError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StudioError('video-encode-failed', `The clip’s sound cannot be written: ${reason}`, {
    cause,
    hint: 'Turn “Sound” off and export again.',
  });
}
