import type { ChosenFiles } from '../client/dropped-files.ts';
import { invariant } from '../core/assert.ts';
import type { EntityRule } from '../core/ground-truth.ts';
import type { ObjectId } from '../core/ids.ts';
import type { ScoreProtocol } from '../core/scores.ts';
import type { CompareView } from '../protocol/media-api.ts';
import type { ProtocolFrames } from './ground-truth-slice.ts';
import { patch, type StoreContext } from './store-context.ts';

/** How the files of a ground truth are to be read otherwise than before. */
export interface TruthReading {
  readonly offsetFrames?: number;
  readonly rule?: EntityRule;
  /** Names of those to load. */
  readonly sequences?: readonly string[];
}

/** What can be written of scores and of masks to be scored elsewhere. */
export type ScoreExportKind = 'csv' | 'json' | 'visor-submission' | 'davis-results';

/** Ground truth on the open clip: comparing, scoring, and the semi-supervised protocol. */
export class GroundTruthActions {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Reads files as the ground truth of the open clip. */
  async open(chosen: ChosenFiles): Promise<void> {
    await Promise.resolve(chosen);
  }

  /** Reads the same files otherwise. */
  async reopen(change: TruthReading): Promise<void> {
    await Promise.resolve(change);
  }

  /** Stops reading; the ground truth before stays. */
  cancelOpening(): void {
    patch(this.#context, 'groundTruth', { loading: undefined });
  }

  /** Forgets the ground truth and its scores; objects and masks stay. */
  async close(): Promise<void> {
    await Promise.resolve();
  }

  /** @param name of a loaded sequence */
  selectSequence(name: string): void {
    patch(this.#context, 'groundTruth', { sequence: name });
  }

  /** Whose rules the scores follow. */
  chooseProtocol(protocol: ScoreProtocol): void {
    patch(this.#context, 'groundTruth', { protocol });
  }

  /** @param objectId in the sequence in view; absent: nothing is compared to the truth */
  assign(truthId: number, objectId: ObjectId | undefined): void {
    invariant(truthId > 0 && objectId !== 0, 'ids count from 1');
  }

  /** How masks and ground truth are shown together. */
  showView(view: CompareView | 'masks'): void {
    patch(this.#context, 'groundTruth', { view });
  }

  /** @param fraction 0..1 of the video's width, where the comparison begins */
  setWipe(fraction: number): void {
    patch(this.#context, 'groundTruth', { wipe: Math.min(Math.max(fraction, 0), 1) });
  }

  /** Starts from the true masks and tracks, as the semi-supervised protocol has it. */
  async runProtocol(frames: ProtocolFrames, scope: 'sequence' | 'all'): Promise<void> {
    await Promise.resolve([frames, scope]);
  }

  /** Stops after the frame under way; finished frames stay. */
  async cancelRun(): Promise<void> {
    await Promise.resolve();
  }

  /** Writes a file that the user chooses. Must be called in a user gesture. */
  async exportScores(kind: ScoreExportKind): Promise<void> {
    await Promise.resolve(kind);
  }
}
