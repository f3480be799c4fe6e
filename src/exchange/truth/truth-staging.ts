import type { TruthFrameMasks, TruthPort } from '../../protocol/media-api.ts';

/** Frames put at once; of dense annotations some hundred kilobytes. */
const BATCH_FRAMES = 32;

/** Brings a new ground truth into the decode worker; the one in use stays until `use`. */
export class TruthStaging {
  readonly #media: TruthPort;
  #batch: TruthFrameMasks[] = [];
  #hasPut = false;

  constructor(media: TruthPort) {
    this.#media = media;
  }

  /** A frame that comes again replaces what it was. */
  async add(frame: TruthFrameMasks): Promise<void> {
    this.#batch.push(frame);
    if (this.#batch.length >= BATCH_FRAMES) await this.#put();
  }

  /** Replaces the ground truth in use. */
  async use(): Promise<void> {
    await this.#put();
    await this.#media.settleTruth('use');
    this.#hasPut = false;
  }

  /** Forgets what was brought. */
  async discard(): Promise<void> {
    this.#batch = [];
    if (!this.#hasPut) return;
    this.#hasPut = false;
    await this.#media.settleTruth('discard');
  }

  async #put(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    // An export worker that died while it read may have left something.
    if (!this.#hasPut) await this.#media.settleTruth('discard');
    this.#hasPut = true;
    await this.#media.putTruth(batch);
  }
}
