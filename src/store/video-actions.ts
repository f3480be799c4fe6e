import { chosenFolder, readDroppedFiles, type ChosenFiles } from '../client/dropped-files.ts';
import { frameIndex, objectId } from '../core/ids.ts';
import type { MediaSource, VideoInfo } from '../protocol/media-api.ts';
import { classifyFiles, type FileIntent } from './classify-files.ts';
import type { EngineSession } from './engine-session.ts';
import type { ModelsActions } from './models-actions.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { INITIAL_PLAYBACK } from './playback-slice.ts';
import type { ProjectActions } from './project-actions.ts';
import { INITIAL_PROJECT } from './project-slice.ts';
import { INITIAL_PROMPTS } from './prompts-slice.ts';
import type { StageSeeker } from './stage-seeker.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import { refuseWhileTracking } from './tracklets-actions.ts';
import { INITIAL_TRACKLETS, newTracklet, withTracklet } from './tracklets-slice.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly seeker: StageSeeker;
  readonly playback: PlaybackActions;
  readonly models: ModelsActions;
  readonly project: ProjectActions;
}

/** Opening clips, and sorting out whatever else is dropped on the page. */
export class VideoActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  /** What the open dialog asks about. */
  #askedClip: { readonly source: MediaSource; readonly name: string } | undefined;
  #askedZip: File | undefined;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Files from a picker, of any kind that the studio knows. */
  async openFiles(files: readonly File[]): Promise<void> {
    await this.#openChosen({ files });
  }

  /** Files of a picked folder of frames. */
  async openFolder(files: readonly File[]): Promise<void> {
    await this.#openChosen(chosenFolder(files));
  }

  /** What was dropped on the window. Must be called in the drop event itself. */
  async openDropped(items: DataTransferItemList): Promise<void> {
    const reading = readDroppedFiles(items);
    try {
      await this.#openChosen(await reading);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** Opens the clip that comes with the studio. */
  async openSample(): Promise<void> {
    patch(this.#context, 'video', { openingName: 'the sample clip' });
    try {
      const file = await this.#context.services.fetchSampleClip();
      await this.#openOrAsk({ kind: 'file', file }, file.name);
    } catch (error) {
      reportError(this.#context, error);
    } finally {
      patch(this.#context, 'video', { openingName: undefined });
    }
  }

  /** The user's answer to `confirm-open`: opens the clip and gives up the work. */
  async confirmOpen(): Promise<void> {
    const asked = this.#askedClip;
    this.#askedClip = undefined;
    patch(this.#context, 'view', { dialog: undefined });
    if (asked !== undefined) await this.#open(asked.source, asked.name);
  }

  /** The user's answer to `choose-zip`. */
  async answerZip(meaning: 'frames' | 'masks'): Promise<void> {
    const file = this.#askedZip;
    this.#askedZip = undefined;
    patch(this.#context, 'view', { dialog: undefined });
    if (file === undefined) return;
    if (meaning === 'masks') await this.#parts.project.importFile(file);
    else await this.#openOrAsk({ kind: 'file', file }, file.name);
  }

  async #openChosen(chosen: ChosenFiles): Promise<void> {
    for (const intent of classifyFiles(chosen.files, chosen.folderName)) await this.#follow(intent);
  }

  async #follow(intent: FileIntent): Promise<void> {
    switch (intent.kind) {
      case 'open':
        return this.#openOrAsk(intent.source, intent.name);
      case 'load-model':
        return this.#parts.models.loadFile(intent.file);
      case 'import':
        return this.#parts.project.importFile(intent.file);
      case 'zip':
        return this.#takeZip(intent.file);
      case 'nothing':
        raiseAlert(this.#context, {
          severity: 'warning',
          message: intent.message,
          hint: intent.hint,
        });
    }
  }

  // Without a clip, masks have nothing to belong to.
  async #takeZip(file: File): Promise<void> {
    if (this.#context.store.getState().video.info === undefined) {
      return this.#openOrAsk({ kind: 'file', file }, file.name);
    }
    this.#askedZip = file;
    patch(this.#context, 'view', { dialog: { kind: 'choose-zip', name: file.name } });
  }

  /** Asks first when work that was never exported would be lost. */
  async #openOrAsk(source: MediaSource, name: string): Promise<void> {
    if (!this.#context.store.getState().project.hasUnsavedWork) return this.#open(source, name);
    this.#askedClip = { source, name };
    patch(this.#context, 'view', { dialog: { kind: 'confirm-open', name } });
  }

  async #open(source: MediaSource, name: string): Promise<void> {
    if (refuseWhileTracking(this.#context)) return;
    const { services, events } = this.#context;
    this.#parts.playback.pause();
    patch(this.#context, 'video', { openingName: name });
    try {
      // A click that is still being answered must not put its mask into the next clip.
      await this.#parts.engine.settled();
      const info = await services.media.open(source);
      events.clear();
      startOver(this.#context, info);
      this.#parts.seeker.seek(frameIndex(0));
      for (const message of info.notices) raiseAlert(this.#context, { severity: 'info', message });
    } catch (error) {
      patch(this.#context, 'video', { openingName: undefined });
      reportError(this.#context, error);
      return;
    }
    await this.#parts.engine.attach();
  }
}

/** Starts on another clip with one empty object, so that the first click has somewhere to go. */
function startOver(context: StoreContext, info: VideoInfo): void {
  context.store.setState((state) => ({
    project: INITIAL_PROJECT,
    video: { generation: state.video.generation + 1, info, openingName: undefined },
    prompts: INITIAL_PROMPTS,
    tracklets: withTracklet(INITIAL_TRACKLETS, newTracklet(objectId(1))),
    playback: {
      ...INITIAL_PLAYBACK,
      rate: state.playback.rate,
      isLooping: state.playback.isLooping,
    },
    propagation: { status: 'idle' },
    view: { ...state.view, zoom: { kind: 'fit' }, timelineWindow: undefined },
  }));
}
