import { chosenFile, pickedFiles, sourcesOf, type ChosenFiles } from '../client/dropped-files.ts';
import { StudioError } from '../core/errors.ts';
import type { ProjectRecord } from '../storage/project-record.ts';
import type { Autosave } from './autosave.ts';
import { classifyFiles, openSequence, type FileIntent } from './classify-files.ts';
import type { ClipOpening, OpenIntent } from './clip-opening.ts';
import { recentProject } from './recent-slice.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';

interface Parts {
  readonly autosave: Autosave;
  readonly opening: ClipOpening;
}

/** Projects of earlier visits, and what is saved of this one. */
export class RecentActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Reads what is saved, and clears away masks that belong to nothing. */
  async load(): Promise<void> {
    const { services } = this.#context;
    try {
      const { records, unreadable } = await services.projects.list();
      patch(this.#context, 'recent', { projects: records.map(recentProject) });
      if (unreadable === 0) await this.#removeStrayPacks(records);
      else this.#tellUnreadable(unreadable);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /**
   * Opens the clip of a saved project with all its work. Must be called in a user gesture: the
   * browser may ask whether the studio may read the file.
   */
  async continue(id: string): Promise<void> {
    try {
      const record = await this.#record(id);
      if (record !== undefined) await this.#openClip(record, await this.#clipOf(record));
    } catch (error) {
      this.#noteNeedsClip(id);
      reportError(this.#context, error);
    }
  }

  /**
   * The same with files that the user chose as its clip. Another clip is refused.
   * @param handles of the files, in their order, where the browser has some
   */
  async continueWith(
    id: string,
    files: readonly File[],
    handles: readonly FileSystemFileHandle[] = [],
  ): Promise<void> {
    try {
      const record = await this.#record(id);
      const chosen = pickedFiles(files, sourcesOf(files, handles));
      if (record !== undefined) await this.#openClip(record, chosen);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** Deletes a saved project for good, masks and all. The clip itself is not touched. */
  async delete(id: string): Promise<void> {
    const { services, store } = this.#context;
    try {
      await services.media.deletePack(id);
      await services.projects.delete(id);
      const projects = store.getState().recent.projects.filter((project) => project.id !== id);
      patch(this.#context, 'recent', { projects });
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** Begins another project on the open clip; the work so far stays among the saved ones. */
  async startOver(): Promise<void> {
    await this.#parts.opening.startOver();
  }

  /** Tries to save once more, after it has failed. */
  async saveAgain(): Promise<void> {
    await this.#parts.autosave.saveAgain();
  }

  /** Writes what was not written yet, at once: the page may be gone with the next task. */
  saveNow(): void {
    this.#parts.autosave.saveNow();
  }

  async #clipOf(record: ProjectRecord): Promise<ChosenFiles> {
    const { services } = this.#context;
    const { source } = record;
    if (source?.kind === 'handle') return services.rememberedFiles(source.handle);
    if (source?.kind !== 'sample') throw clipUnknown(record);
    const file = await services.fetchSampleClip();
    return { files: [chosenFile(file, file.name, source)] };
  }

  async #openClip(record: ProjectRecord, chosen: ChosenFiles): Promise<void> {
    const { exporter } = this.#context.services;
    const survey = (file: File) => exporter.surveyZip(file);
    const intents = await classifyFiles(chosen, false, survey);
    const clip = intents.flatMap((intent) => clipIn(intent, record)).at(0);
    if (clip === undefined) throw clipUnknown(record);
    await this.#parts.opening.open(clip, record);
  }

  async #record(id: string): Promise<ProjectRecord | undefined> {
    const record = await this.#context.services.projects.load(id);
    if (record === undefined) {
      raiseAlert(this.#context, {
        severity: 'warning',
        message: 'This project is not there any more.',
        hint: 'It was deleted in another tab.',
      });
      await this.load();
    }
    return record;
  }

  /** From now on its clip is asked for. */
  #noteNeedsClip(id: string): void {
    const { projects } = this.#context.store.getState().recent;
    patch(this.#context, 'recent', {
      projects: projects.map((one) => (one.id === id ? { ...one, needsClip: true } : one)),
    });
  }

  /** Of clips on which nothing was done, and of what ended before its first record. */
  async #removeStrayPacks(records: readonly ProjectRecord[]): Promise<void> {
    const { media } = this.#context.services;
    const known = new Set(records.map(({ id }) => id));
    for (const id of await media.savedPacks()) {
      if (known.has(id)) continue;
      try {
        await media.deletePack(id);
      } catch (error) {
        // Another tab has just begun with it.
        if (!(error instanceof StudioError) || error.code !== 'project-in-use') throw error;
      }
    }
  }

  #tellUnreadable(count: number): void {
    raiseAlert(this.#context, {
      severity: 'warning',
      message: `${count === 1 ? 'One saved project was' : `${count} saved projects were`} made by a newer studio.`,
      hint: 'Reload this page to get the newest one; nothing was changed.',
    });
  }
}

function clipUnknown({ clip }: ProjectRecord): StudioError {
  return new StudioError('file-invalid', `The clip “${clip.name}” has to be chosen again.`, {
    hint: 'Continue again and choose it: your work on it is kept.',
  });
}

/** The clip among what the files mean; of a zip's sequences the one that the project is of. */
function clipIn(intent: FileIntent, { clip }: ProjectRecord): readonly OpenIntent[] {
  if (intent.kind === 'open') return [intent];
  if (intent.kind !== 'ask-sequence') return [];
  const { zip } = intent;
  const own = zip.pictures.find(({ sequence }) => sequence === clip.name);
  return own === undefined ? [] : [openSequence(zip, own)];
}
