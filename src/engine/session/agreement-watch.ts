import { rleIou } from '../../core/rle.ts';
import type { AgreementRule } from '../../protocol/inference-api.ts';
import type { MediaPort, SummarisedMask } from '../../protocol/media-api.ts';

/** Tells when new masks have come to agree with those that they replace, by an `AgreementRule`. */
export class AgreementWatch {
  readonly #rule: AgreementRule;
  readonly #media: Pick<MediaPort, 'maskOf'>;
  #inARow = 0;

  constructor(rule: AgreementRule, media: Pick<MediaPort, 'maskOf'>) {
    this.#rule = rule;
    this.#media = media;
  }

  /** Whether enough frames in a row agree. */
  get isMet(): boolean {
    return this.#inARow >= this.#rule.agreeingFrames;
  }

  /** Takes note of the masks of one frame, which must not have replaced the earlier ones yet. */
  async note(masks: readonly SummarisedMask[]): Promise<void> {
    const tracked = masks.filter(({ origin }) => origin === 'tracked');
    if (tracked.length === 0) return;
    const agree = await Promise.all(tracked.map((mask) => this.#agrees(mask)));
    this.#inARow = agree.every(Boolean) ? this.#inARow + 1 : 0;
  }

  async #agrees({ objectId, frame, mask }: SummarisedMask): Promise<boolean> {
    const before = await this.#media.maskOf(objectId, frame);
    return before !== undefined && rleIou(mask, before) > this.#rule.iou;
  }
}
