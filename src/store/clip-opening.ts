import { clipFingerprint } from '../core/clip-fingerprint.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { ProjectRecord } from '../storage/project-record.ts';
import type { Autosave } from './autosave.ts';
import type { FileIntent } from './classify-files.ts';
import type { ClipHash } from './clip-hash.ts';
import type { EngineSession } from './engine-session.ts';
import { formatCounted, formatWhen } from './format.ts';
import { modelInUse } from './models-slice.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { refuseWhileTracking, refuseWhileTransferring } from './refusals.ts';
import type { OpenedProject, ProjectClip, Reopening } from './reopening.ts';
import { withSavedWork, type SavedWork } from './saved-work.ts';
import type { StageSeeker } from './stage-seeker.ts';
import { startedOver } from './started-over.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { TruthOpening } from './truth-opening.ts';

interface Parts {
  readonly autosave: Autosave;
  readonly engine: EngineSession;
  readonly hash: ClipHash;
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
  readonly reopening: Reopening;
  readonly seeker: StageSeeker;
  readonly truth: TruthOpening;
}

/** A clip that was chosen. */
export type OpenIntent = Extract<FileIntent, { kind: 'open' }>;

/** Opens clips, one at a time, each with the work that was saved of it. */
export class ClipOpening {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #opening = Promise.resolve(false);
  /** The clip that is open. */
  #clip: ProjectClip | undefined;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /**
   * Opens the clip; its saved work is there again. Where it fails, the clip in use stays.
   * @param expected the project that is to be continued: another clip than its own is refused
   * @returns whether it opened
   */
  open(intent: OpenIntent, expected?: ProjectRecord): Promise<boolean> {
    this.#opening = this.#opening.then(() => this.#open(intent, expected));
    return this.#opening;
  }

  /** Leaves the work on the open clip as it is saved, and begins another project on it. */
  async startOver(): Promise<void> {
    const { info } = this.#context.store.getState().video;
    const clip = this.#clip;
    if (info === undefined || clip === undefined || this.#isRefused()) return;
    patch(this.#context, 'video', { openingName: info.name });
    try {
      await this.#finishWork();
      const project = await this.#parts.reopening.startNew(clip);
      this.#take(info, { project, saved: undefined });
    } catch (error) {
      reportError(this.#context, error);
    } finally {
      patch(this.#context, 'video', { openingName: undefined });
    }
    await this.#parts.engine.attach();
  }

  async #open({ source, name, chosen }: OpenIntent, expected?: ProjectRecord): Promise<boolean> {
    if (this.#isRefused()) return false;
    const { engine, reopening } = this.#parts;
    patch(this.#context, 'video', { openingName: name });
    let opened: OpenedProject;
    try {
      const fingerprint = await clipFingerprint(source);
      if (expected !== undefined && expected.clip.fingerprint !== fingerprint) {
        raiseAlert(this.#context, otherClip(name, expected));
        return false;
      }
      const clip = { fingerprint, source: chosen.files[0]?.source };
      const records = await reopening.recordsOf(fingerprint);
      await this.#finishWork();
      const info = await this.#context.services.media.open(source);
      opened = await reopening.open(inOrder(records, expected), clip);
      this.#clip = clip;
      this.#take(info, opened);
    } catch (error) {
      reportError(this.#context, error);
      return false;
    } finally {
      patch(this.#context, 'video', { openingName: undefined });
    }
    if (opened.saved === undefined) await engine.attach();
    else await engine.attachKeepingMasks();
    return true;
  }

  #isRefused(): boolean {
    const { recorder, playback } = this.#parts;
    if (refuseWhileTracking(this.#context)) return true;
    if (recorder.isHeld && refuseWhileTransferring(this.#context)) return true;
    playback.pause();
    return false;
  }

  /**
   * A click that is still being answered must not put its mask into the next clip, nor a ground
   * truth that is still being read its own.
   */
  async #finishWork(): Promise<void> {
    const { autosave, engine, recorder, truth } = this.#parts;
    await engine.settled();
    await recorder.settled();
    await truth.stop();
    await autosave.flush();
  }

  /** Puts the opened clip and its saved work in place of what was there. */
  #take(info: VideoInfo, { project, saved }: OpenedProject): void {
    const { store, events } = this.#context;
    const { autosave, hash, recorder, seeker, truth } = this.#parts;
    events.clear();
    const fresh = startedOver(store.getState(), info);
    const work = saved === undefined ? undefined : withSavedWork(fresh, saved);
    const state = work?.state ?? fresh;
    recorder.reset(state.history);
    store.setState(state);
    const { stepToBegin, stepToDrop } = work?.agreed ?? {};
    if (stepToBegin !== undefined) recorder.call((media) => media.beginStep(stepToBegin));
    if (stepToDrop !== undefined) recorder.call((media) => media.dropSteps(stepToDrop));
    truth.forget();
    seeker.seek(state.playback.frame);
    for (const message of info.notices) raiseAlert(this.#context, { severity: 'info', message });
    if (saved !== undefined) this.#tellContinued(saved);
    autosave.start(project);
    hash.startInBackground((sha256) => this.#check(sha256, saved));
  }

  #tellContinued({ record, contents }: SavedWork): void {
    for (const message of contents.notices) {
      raiseAlert(this.#context, { severity: 'warning', message });
    }
    const { objects, savedAt, model } = record;
    const { now } = this.#context.services;
    const isLoaded = model?.sha256 === modelInUse(this.#context.store.getState().models)?.sha256;
    const advice =
      model === undefined || model.isBundled || isLoaded
        ? ''
        : ` They were made with “${model.fileName}”: load it to go on with the same model.`;
    raiseAlert(this.#context, {
      severity: 'info',
      message: `Continued from ${formatWhen(savedAt, now())}.`,
      hint: `${formatCounted(objects.length, 'object')} and ${formatCounted(contents.summaries.length, 'mask')} of “${record.clip.name}”.${advice}`,
      action: { kind: 'start-over' },
    });
  }

  /** The fingerprint is of a part of the clip; the hash is of all of it. */
  #check(sha256: string, saved: SavedWork | undefined): void {
    const before = saved?.record.clip.sha256;
    if (before === undefined || before === sha256) return;
    raiseAlert(this.#context, {
      severity: 'warning',
      message: 'This clip is not the same, byte by byte, as the one that the work was made on.',
      hint: 'Look whether the masks still fit, or start over; the work so far is kept.',
      action: { kind: 'start-over' },
    });
  }
}

function inOrder(
  records: readonly ProjectRecord[],
  expected: ProjectRecord | undefined,
): readonly ProjectRecord[] {
  if (expected === undefined) return records;
  return [expected, ...records.filter(({ id }) => id !== expected.id)];
}

function otherClip(name: string, { clip }: ProjectRecord) {
  return {
    severity: 'error',
    message: `“${name}” is not the clip “${clip.name}” that this work was made on.`,
    hint: 'Continue again and choose that clip, or open this one by itself.',
  } as const;
}
