import type { ChosenFiles } from '../client/dropped-files.ts';
import { isAbort } from '../core/errors.ts';
import type { EntityRule } from '../core/ground-truth.ts';
import type { TruthOutcome, TruthRequest } from '../protocol/ground-truth-api.ts';
import { nameOfFiles } from './classify-files.ts';
import { formatCounted } from './format.ts';
import { INITIAL_GROUND_TRUTH, type GroundTruthSlice } from './ground-truth-slice.ts';
import { refuseWhileTracking, refuseWhileTransferring } from './refusals.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { scoringOf } from './truth-assignment.ts';

/** How the files of a ground truth are to be read. */
export interface TruthReading {
  /** Added to each frame that was found. */
  readonly offsetFrames: number;
  readonly rule: EntityRule;
  /** Names of those to load; where absent, those that lie on the clip. */
  readonly sequences?: readonly string[];
}

interface TruthFiles {
  readonly chosen: ChosenFiles;
  readonly reading: TruthReading;
}

const FIRST_READING: TruthReading = { offsetFrames: 0, rule: 'first-frame' };

/** Reads ground truths into the decode worker, one at a time; the one in use stays until then. */
export class TruthOpening {
  readonly #context: StoreContext;
  /** Of the ground truth in use; they can be read otherwise. */
  #files: TruthFiles | undefined;
  #controller = new AbortController();
  #reading = Promise.resolve();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Takes the place of a reading under way, and shows how far it is. */
  async open(chosen: ChosenFiles): Promise<void> {
    await this.stop();
    if (!this.#hasClip(chosen)) return;
    patch(this.#context, 'view', { panelTab: 'scores' });
    await this.#start({ chosen, reading: FIRST_READING });
  }

  /** Reads the files in use otherwise. */
  async reopen(change: Partial<TruthReading>): Promise<void> {
    await this.stop();
    const files = this.#files;
    if (files === undefined) return;
    await this.#start({ chosen: files.chosen, reading: { ...files.reading, ...change } });
  }

  /** Resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#reading;
  }

  /** Forgets the ground truth and its scores. */
  async close(): Promise<void> {
    if (this.#isInRun()) return;
    await this.stop();
    this.forget();
    try {
      await this.#context.services.media.clearTruth();
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** Forgets the ground truth on the page alone: the decode worker has opened another clip. */
  forget(): void {
    this.#files = undefined;
    patch(this.#context, 'groundTruth', INITIAL_GROUND_TRUTH);
  }

  /** A run of the protocol takes its prompts from the ground truth. */
  #isInRun(): boolean {
    const { run } = this.#context.store.getState().groundTruth;
    return run !== undefined && refuseWhileTracking(this.#context);
  }

  #hasClip(chosen: ChosenFiles): boolean {
    if (this.#context.store.getState().video.info !== undefined) return true;
    raiseAlert(this.#context, {
      severity: 'info',
      message: `Open the clip to which “${nameOfFiles(chosen)}” belongs first.`,
      hint: 'A ground truth holds true masks, but not the clip itself.',
    });
    return false;
  }

  #start(files: TruthFiles): Promise<void> {
    if (this.#isInRun() || refuseWhileTransferring(this.#context)) return Promise.resolve();
    this.#controller = new AbortController();
    this.#reading = this.#read(files, this.#controller.signal);
    return this.#reading;
  }

  async #read(files: TruthFiles, signal: AbortSignal): Promise<void> {
    const { services, events } = this.#context;
    const request = this.#request(files);
    const loading = { name: request.name, bytesDone: 0, bytesTotal: 0 };
    patch(this.#context, 'groundTruth', { loading });
    try {
      const outcome = await services.exporter.openGroundTruth(
        request,
        (progress) => events.push({ type: 'truth-progress', progress }),
        signal,
      );
      // Then the decode worker holds what came before.
      if (outcome.sequences.length === 0) await services.media.clearTruth();
      this.#files = files;
      this.#context.store.setState((state) => withTruth(state, outcome, files.reading));
      this.#tell(outcome);
    } catch (error) {
      if (!isAbort(error)) reportError(this.#context, error);
    } finally {
      patch(this.#context, 'groundTruth', { loading: undefined });
    }
  }

  #request({ chosen, reading }: TruthFiles): TruthRequest {
    const { info } = this.#context.store.getState().video;
    if (info === undefined) throw new Error('Invariant: a ground truth is read onto a clip');
    const { files } = chosen;
    return { name: nameOfFiles(chosen), files, video: info, ...reading };
  }

  #tell({ name, sequences, unloaded }: TruthOutcome): void {
    const frames = sequences.reduce((sum, sequence) => sum + sequence.frames.length, 0);
    if (frames > 0) {
      const lying = formatCounted(frames, 'annotated frame lies', 'annotated frames lie');
      raiseAlert(this.#context, {
        severity: 'success',
        message: `“${name}” is the ground truth: ${lying} on this clip.`,
      });
      return;
    }
    const count = sequences.length + unloaded.length;
    raiseAlert(this.#context, {
      severity: 'warning',
      message: `Of “${name}” no annotated frame was laid on this clip.`,
      hint:
        count > 1
          ? 'Choose one of its sequences, or open their clip.'
          : 'Open the clip of it first.',
    });
  }
}

/** The sequence in view stays in view; the protocol stays where the kind of ground truth does. */
function withTruth(
  state: StudioState,
  outcome: TruthOutcome,
  { rule, offsetFrames }: TruthReading,
): Partial<StudioState> {
  const before = state.groundTruth;
  const truth = { ...outcome, rule, offsetFrames };
  const { sequences } = truth;
  const shown =
    sequences.find(({ name }) => name === before.sequence) ??
    sequences.find(({ frames }) => frames.length > 0) ??
    sequences[0];
  const isSameKind = before.truth?.kind === truth.kind;
  const slice: GroundTruthSlice = {
    ...before,
    truth,
    sequence: shown?.name,
    protocol: isSameKind ? before.protocol : truth.kind === 'visor' ? 'visor' : 'davis',
    scoring: scoringOf(truth, state.tracklets, before),
    report: undefined,
    finishedRuns: {},
  };
  return { groundTruth: slice };
}
