import {
  pickedFiles,
  readDroppedFiles,
  sourcesOf,
  type ChosenFiles,
} from '../client/dropped-files.ts';
import type { ZipPictures } from '../protocol/export-api.ts';
import type { MediaSource } from '../protocol/media-api.ts';
import type { Autosave } from './autosave.ts';
import { classifyFiles, nameOfFiles, sequenceIntents, type FileIntent } from './classify-files.ts';
import type { ClipOpening, OpenIntent } from './clip-opening.ts';
import type { ModelsActions } from './models-actions.ts';
import type { ProjectActions } from './project-actions.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { TruthOpening } from './truth-opening.ts';
import type { OpenDialog } from './view-slice.ts';

interface Parts {
  readonly autosave: Autosave;
  readonly models: ModelsActions;
  readonly opening: ClipOpening;
  readonly project: ProjectActions;
  readonly truth: TruthOpening;
}

/** What ambiguous files are to the user. */
export type FilesMeaning = 'frames' | 'masks' | 'truth';

/** What the open dialog asks about, and what comes after it. */
interface Question {
  readonly intent: FileIntent;
  readonly rest: readonly FileIntent[];
}

/** Opening clips, and sorting out whatever else is dropped on the page. */
export class VideoActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #question: Question | undefined;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /**
   * Files from a picker, of any kind that the studio knows.
   * @param handles of the files, in their order, where the browser has some
   */
  async openFiles(
    files: readonly File[],
    handles: readonly FileSystemFileHandle[] = [],
  ): Promise<void> {
    await this.#openChosen(pickedFiles(files, sourcesOf(files, handles)));
  }

  /** Files of a picked folder: frames, or a ground truth. */
  async openFolder(files: readonly File[]): Promise<void> {
    await this.#openChosen(pickedFiles(files));
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
      await this.#openChosen(pickedFiles([file], () => ({ kind: 'sample' })));
    } catch (error) {
      reportError(this.#context, error);
    } finally {
      patch(this.#context, 'video', { openingName: undefined });
    }
  }

  /** The user's answer to `confirm-open`: opens the clip and gives up the work. */
  async confirmOpen(): Promise<void> {
    const question = this.#takeQuestion();
    if (question?.intent.kind !== 'open') return;
    if (await this.#parts.opening.open(question.intent)) await this.#followAll(question.rest);
  }

  /** The user's answer to `choose-meaning`. */
  async answerMeaning(meaning: FilesMeaning): Promise<void> {
    const question = this.#takeQuestion();
    if (question === undefined) return;
    const { chosen } = question.intent;
    const meant: FileIntent =
      meaning === 'frames'
        ? framesOf(chosen)
        : { kind: meaning === 'masks' ? 'import' : 'score-against', chosen };
    await this.#followAll([meant, ...question.rest]);
  }

  /** The user's answer to `choose-sequence`: one of those offered. */
  async answerSequence(chosen: ZipPictures): Promise<void> {
    const question = this.#takeQuestion();
    if (question?.intent.kind !== 'ask-sequence') return;
    await this.#followAll([...sequenceIntents(question.intent.zip, chosen), ...question.rest]);
  }

  async #openChosen(chosen: ChosenFiles): Promise<void> {
    const hasClip = this.#context.store.getState().video.info !== undefined;
    const survey = (file: File) => this.#context.services.exporter.surveyZip(file);
    await this.#followAll(await classifyFiles(chosen, hasClip, survey));
  }

  /** Stops where a dialog asks the user, or where a clip does not open: what follows needs it. */
  async #followAll(intents: readonly FileIntent[]): Promise<void> {
    for (const [at, intent] of intents.entries()) {
      if (intent.kind === 'open') await this.#parts.autosave.flush();
      const question = this.#questionOf(intent);
      if (question !== undefined) {
        this.#question = { intent, rest: intents.slice(at + 1) };
        patch(this.#context, 'view', { dialog: question });
        return;
      }
      if (!(await this.#follow(intent))) return;
    }
  }

  /** What the user must be asked first: whether to give up work that is not saved, or more. */
  #questionOf(intent: FileIntent): OpenDialog | undefined {
    if (intent.kind === 'ask') {
      return { kind: 'choose-meaning', name: nameOfFiles(intent.chosen), of: intent.of };
    }
    if (intent.kind === 'ask-sequence') {
      const { pictures } = intent.zip;
      return { kind: 'choose-sequence', name: nameOfFiles(intent.chosen), sequences: pictures };
    }
    const { hasUnsavedWork } = this.#context.store.getState().project;
    if (intent.kind !== 'open' || !hasUnsavedWork) return undefined;
    return { kind: 'confirm-open', name: intent.name };
  }

  /** Whether what comes after it can follow. */
  async #follow(intent: FileIntent): Promise<boolean> {
    switch (intent.kind) {
      case 'open':
        return this.#parts.opening.open(intent);
      case 'load-model':
        await this.#parts.models.loadFile(intent.file);
        return true;
      case 'import':
        await this.#parts.project.importFiles(intent.chosen);
        return true;
      case 'score-against':
        await this.#parts.truth.open(intent.chosen);
        return true;
      case 'leave-out': {
        const { message, hint } = intent;
        raiseAlert(this.#context, { severity: 'warning', message, hint });
        return true;
      }
      case 'ask':
      case 'ask-sequence':
        return false;
    }
  }

  #takeQuestion(): Question | undefined {
    const question = this.#question;
    this.#question = undefined;
    patch(this.#context, 'view', { dialog: undefined });
    return question;
  }
}

/** Opens ambiguous files as a clip: a zip as it is, pictures as a folder. */
function framesOf(chosen: ChosenFiles): OpenIntent {
  const [first] = chosen.files;
  const name = nameOfFiles(chosen);
  const isZip = first !== undefined && /\.zip$/i.test(first.path);
  const source: MediaSource = isZip
    ? { kind: 'file', file: first.file }
    : { kind: 'folder', name, files: chosen.files.map(({ file }) => file) };
  return { kind: 'open', source, name, chosen };
}
