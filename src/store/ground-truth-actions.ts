import { pickedFiles, type ChosenFiles } from '../client/dropped-files.ts';
import type { ObjectId } from '../core/ids.ts';
import type { ScoreProtocol } from '../core/scores.ts';
import type { CompareView } from '../protocol/media-api.ts';
import type { ProtocolFrames } from './ground-truth-slice.ts';
import type { ProtocolRun } from './protocol-run.ts';
import type { ScoreExports } from './score-exports.ts';
import type { ScoreExportKind } from './plan-score-export.ts';
import { patch, type StoreContext } from './store-context.ts';
import type { TrackingRunner } from './tracking-runner.ts';
import { withAssignment } from './truth-assignment.ts';
import type { TruthOpening, TruthReading } from './truth-opening.ts';

interface Parts {
  readonly opening: TruthOpening;
  readonly protocol: ProtocolRun;
  readonly runner: TrackingRunner;
  readonly exports: ScoreExports;
}

/** Ground truth on the open clip: comparing, scoring, and the semi-supervised protocol. */
export class GroundTruthActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Reads files as the ground truth of the open clip. The one in use stays until they are read. */
  async open(chosen: ChosenFiles): Promise<void> {
    await this.#parts.opening.open(chosen);
  }

  /** Files from a picker, or those of a picked folder, as the ground truth of the open clip. */
  async openPicked(files: readonly File[]): Promise<void> {
    await this.open(pickedFiles(files));
  }

  /** Reads the same files otherwise. */
  async reopen(change: Partial<TruthReading>): Promise<void> {
    await this.#parts.opening.reopen(change);
  }

  /** Stops reading; the ground truth before stays. */
  cancelOpening(): void {
    void this.#parts.opening.stop();
  }

  /** Forgets the ground truth and its scores; objects and masks stay. */
  async close(): Promise<void> {
    await this.#parts.opening.close();
  }

  /** @param name one that is not loaded changes nothing */
  selectSequence(name: string): void {
    const { truth } = this.#context.store.getState().groundTruth;
    const isLoaded = truth?.sequences.some((sequence) => sequence.name === name) === true;
    if (isLoaded) patch(this.#context, 'groundTruth', { sequence: name });
  }

  /** Whose rules the scores follow. */
  chooseProtocol(protocol: ScoreProtocol): void {
    patch(this.#context, 'groundTruth', { protocol });
  }

  /**
   * Says which object is compared to a truth of the sequence in view. Another truth that had the
   * object is left without one.
   * @param objectId absent: none
   */
  assign(truthId: number, objectId: ObjectId | undefined): void {
    this.#context.store.setState(({ groundTruth }) => {
      const { sequence } = groundTruth;
      if (sequence === undefined) return {};
      return { groundTruth: withAssignment(groundTruth, sequence, { truthId, objectId }) };
    });
  }

  /** How masks and ground truth are shown together. */
  showView(view: CompareView | 'masks'): void {
    patch(this.#context, 'groundTruth', { view });
  }

  /** @param fraction 0..1 of the video's width, where the comparison begins */
  setWipe(fraction: number): void {
    patch(this.#context, 'groundTruth', { wipe: Math.min(Math.max(fraction, 0), 1) });
  }

  /**
   * Starts objects from true masks and tracks them, as the semi-supervised protocol has it. Objects
   * that are made for it, and finished frames, stay whatever becomes of the run.
   */
  async runProtocol(frames: ProtocolFrames, scope: 'sequence' | 'all'): Promise<void> {
    await this.#parts.protocol.run(frames, scope);
  }

  /** Stops after the frame under way. */
  async cancelRun(): Promise<void> {
    await this.#parts.runner.cancel();
  }

  /** Writes a file that the user chooses. Must be called in a user gesture. */
  async exportScores(kind: ScoreExportKind): Promise<void> {
    await this.#parts.exports.write(kind);
  }
}
