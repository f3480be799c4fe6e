import { invariant } from '../../core/assert.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { LoggedMask, MaskPlace } from '../../core/mask-log.ts';
import { maskShape } from '../../core/mask-shape.ts';
import type { MaskSummary, TrackedDirection } from '../../core/prompts.ts';
import type { MaskRle } from '../../core/rle.ts';
import type { SummarisedMask } from '../../protocol/media-api.ts';
import { maskBytes } from './mask-bytes.ts';

/**
 * One state of an object's mask on a frame: the one that it has, or one that a step can bring back.
 * Its run lengths may be let go of while it is not the mask of its frame, where a log has them.
 */
export class MaskVersion implements SummarisedMask {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  readonly origin: MaskSummary['origin'];
  readonly predictedIou?: number;
  readonly objectScoreLogit?: number;
  readonly direction?: TrackedDirection;
  /** Changed by `agree` alone. */
  oppositeIou?: number;
  /** Memory that it takes with its run lengths, roughly. */
  readonly memoryBytes: number;
  /** Where the log has it; absent where it has it not. */
  place: MaskPlace | undefined;
  /** Whether it is the mask of its object on its frame. */
  isShown = false;
  /** How many changes in steps lead to or from it. */
  uses = 0;
  #mask: MaskRle | undefined;
  #summary: MaskSummary;

  constructor({ mask, ...said }: LoggedMask, place: MaskPlace | undefined) {
    this.objectId = said.objectId;
    this.frame = said.frame;
    this.origin = said.origin;
    if (said.predictedIou !== undefined) this.predictedIou = said.predictedIou;
    if (said.objectScoreLogit !== undefined) this.objectScoreLogit = said.objectScoreLogit;
    if (said.direction !== undefined) this.direction = said.direction;
    if (said.oppositeIou !== undefined) this.oppositeIou = said.oppositeIou;
    this.#summary = { ...said, ...maskShape(mask) };
    this.memoryBytes = maskBytes(mask);
    this.place = place;
    this.#mask = mask;
  }

  /** Only while `isLoaded`. */
  get mask(): MaskRle {
    invariant(this.#mask !== undefined, 'a mask was let go of and is still needed');
    return this.#mask;
  }

  get summary(): MaskSummary {
    return this.#summary;
  }

  /** Notes the IoU with what tracking in the other direction gave. */
  agree(iou: number): void {
    this.oppositeIou = iou;
    this.#summary = { ...this.#summary, oppositeIou: iou };
  }

  get isLoaded(): boolean {
    return this.#mask !== undefined;
  }

  /** As it is logged. @param read gives the run lengths where they were let go of */
  logged(read: (place: MaskPlace) => MaskRle): LoggedMask {
    const { areaPx: _areaPx, centroid: _centroid, ...said } = this.#summary;
    return { ...said, mask: this.#mask ?? this.#readFrom(read) };
  }

  /** Gets the run lengths back. */
  load(read: (place: MaskPlace) => MaskRle): void {
    this.#mask ??= this.#readFrom(read);
  }

  /** Lets go of the run lengths. */
  unload(): void {
    invariant(this.place !== undefined && !this.isShown, 'a mask that is needed was let go of');
    this.#mask = undefined;
  }

  #readFrom(read: (place: MaskPlace) => MaskRle): MaskRle {
    invariant(this.place !== undefined, 'a mask that no log has was let go of');
    return read(this.place);
  }
}
