import { StudioError } from '../core/errors.ts';
import type { SavingStopped } from '../protocol/media-api.ts';
import type { SavingState } from './project-slice.ts';
import { hasWork, recordOf, type OpenProject } from './saved-work.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';

/** From a change of the work to its record; changes that come in between go with it. */
const WORK_DELAY_MS = 50;
/** From a change of what is only looked at. */
const VIEW_DELAY_MS = 2000;
/** How long saving may take before the user is shown that it goes on. */
const SHOWN_AFTER_MS = 400;

/**
 * Keeps the record of the open project in step with the work. The decode worker saves the masks by
 * itself; what becomes of both is shown as one.
 */
export class Autosave implements Disposable {
  readonly #context: StoreContext;
  readonly #recorder: StepRecorder;
  readonly #unsubscribe: () => void;
  #project: OpenProject | undefined;
  #timer: { readonly id: ReturnType<typeof setTimeout>; readonly isSoon: boolean } | undefined;
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  /** The newest state is not in a record that was written. */
  #isDirty = false;
  #writing: Promise<void> | undefined;
  /** Of projects whose masks are not being saved, by id. */
  readonly #stoppedMasks = new Map<string, SavingStopped>();
  #recordFailure: SavingStopped | undefined;
  #hasAskedToPersist = false;

  constructor(context: StoreContext, recorder: StepRecorder) {
    this.#context = context;
    this.#recorder = recorder;
    this.#unsubscribe = context.store.subscribe((state, before) => this.#see(state, before));
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#clearTimers();
  }

  /** From here on the work is that of this project, which is as it was saved. */
  start(project: OpenProject): void {
    this.#clearTimers();
    this.#project = project;
    this.#isDirty = false;
    this.#recordFailure = undefined;
    this.#show();
    const stopped = this.#stoppedMasks.get(project.id);
    if (stopped !== undefined) this.#tellFailure(stopped);
  }

  /** The decode worker does not save masks of this project any more; also before `start`. */
  masksStopped(id: string, reason: SavingStopped): void {
    this.#stoppedMasks.set(id, reason);
    if (this.#project?.id === id) this.#tellFailure(reason);
  }

  /** Writes what has changed; resolves when it is written, or cannot be. */
  async flush(): Promise<void> {
    while (this.#isDirty && this.#recordFailure === undefined) await this.#write();
    await this.#writing;
  }

  /** Starts writing at once, since the page may be gone before the next task. */
  saveNow(): void {
    if (this.#isDirty) void this.#write();
  }

  /** Tries once more after saving has stopped. */
  async saveAgain(): Promise<void> {
    const id = this.#project?.id ?? '';
    try {
      if (this.#stoppedMasks.has(id)) await this.#context.services.media.resumeSaving();
      this.#stoppedMasks.delete(id);
    } catch (error) {
      reportError(this.#context, error);
    }
    this.#isDirty = true;
    await this.#write();
  }

  #see(state: StudioState, before: StudioState): void {
    if (this.#project === undefined || state.video.info === undefined) return;
    if (isOtherWork(state, before)) this.#want(WORK_DELAY_MS);
    else if (isOtherView(state, before)) this.#want(VIEW_DELAY_MS);
  }

  #want(delayMs: number): void {
    this.#isDirty = true;
    const isSoon = delayMs === WORK_DELAY_MS;
    if (isSoon) this.#showTimer ??= setTimeout(() => this.#showSaving(), SHOWN_AFTER_MS);
    if (this.#timer?.isSoon === true || (this.#timer !== undefined && !isSoon)) return;
    clearTimeout(this.#timer?.id);
    this.#timer = { id: setTimeout(() => void this.#write(), delayMs), isSoon };
  }

  /** One record at a time; what changes meanwhile goes into the next. */
  async #write(): Promise<void> {
    clearTimeout(this.#timer?.id);
    this.#timer = undefined;
    await this.#writing;
    if (!this.#isDirty || this.#writing !== undefined) return;
    const writing = this.#writeRecord();
    this.#writing = writing;
    await writing;
    this.#writing = undefined;
    this.#showOutcome();
  }

  async #writeRecord(): Promise<void> {
    const { store, services } = this.#context;
    const project = this.#project;
    const state = store.getState();
    this.#isDirty = false;
    if (project === undefined || !hasWork(state)) return;
    try {
      const history = this.#recorder.recorded();
      const savedAt = services.now().toISOString();
      const record = recordOf(state, project, { history, savedAt });
      if (record === undefined) return;
      await services.projects.save(record);
      this.#recordFailure = undefined;
      this.#askToPersist();
    } catch (error) {
      this.#fail(error);
    }
  }

  #showSaving(): void {
    this.#showTimer = undefined;
    this.#show();
  }

  #showOutcome(): void {
    if (this.#isDirty) return;
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    this.#show();
  }

  #fail(error: unknown): void {
    this.#isDirty = true;
    const isNew = this.#recordFailure === undefined;
    const hint = error instanceof StudioError ? error.hint : undefined;
    this.#recordFailure = {
      message: error instanceof Error ? error.message : String(error),
      hint: hint ?? 'Export the project before you close this page.',
    };
    if (isNew) this.#tellFailure(this.#recordFailure);
    else this.#show();
  }

  #tellFailure({ message, hint }: SavingStopped): void {
    patch(this.#context, 'project', { hasUnsavedWork: hasWork(this.#context.store.getState()) });
    this.#show();
    raiseAlert(this.#context, {
      severity: 'warning',
      message: `Your work is not being saved. ${message}`,
      hint,
      action: { kind: 'save-again' },
    });
  }

  #show(): void {
    const { project } = this.#context.store.getState();
    const saving = this.#state();
    const hasUnsavedWork = project.hasUnsavedWork && saving.status !== 'saved';
    patch(this.#context, 'project', { saving, hasUnsavedWork });
  }

  #state(): SavingState {
    const failure = this.#stoppedMasks.get(this.#project?.id ?? '') ?? this.#recordFailure;
    if (failure !== undefined) return { status: 'failed', ...failure };
    if (!hasWork(this.#context.store.getState())) return { status: 'idle' };
    return { status: this.#isDirty || this.#writing !== undefined ? 'saving' : 'saved' };
  }

  // The click or key that made the work has just been.
  #askToPersist(): void {
    if (this.#hasAskedToPersist) return;
    this.#hasAskedToPersist = true;
    this.#context.services
      .askToPersist()
      .catch((error: unknown) => reportError(this.#context, error));
  }

  #clearTimers(): void {
    clearTimeout(this.#timer?.id);
    clearTimeout(this.#showTimer);
    this.#timer = undefined;
    this.#showTimer = undefined;
  }
}

/** Whether what the user made changed, as opposed to what models made or what is shown. */
function isOtherWork(state: StudioState, before: StudioState): boolean {
  if (state.history !== before.history || state.prompts !== before.prompts) return true;
  if (state.project.videoSha256 !== before.project.videoSha256) return true;
  const [now, then] = [state.tracklets.items, before.tracklets.items];
  if (now === then) return false;
  return (
    now.length !== then.length ||
    now.some((one, at) => one.name !== then[at]?.name || one.color !== then[at]?.color)
  );
}

function isOtherView(state: StudioState, before: StudioState): boolean {
  return (
    state.tracklets !== before.tracklets ||
    state.playback.frame !== before.playback.frame ||
    state.playback.range !== before.playback.range ||
    state.view.timelineWindow !== before.view.timelineWindow ||
    state.project.maskModel !== before.project.maskModel
  );
}
