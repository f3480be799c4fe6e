import { StudioError } from '../core/errors.ts';
import type { PackContents } from '../protocol/media-api.ts';
import type { ProjectRecord } from '../storage/project-record.ts';
import type { Autosave } from './autosave.ts';
import type { OpenProject, SavedWork } from './saved-work.ts';
import { raiseAlert, reportError, type StoreContext } from './store-context.ts';

/** A clip for whose work there is to be a project. */
export type ProjectClip = Pick<OpenProject, 'fingerprint' | 'source'>;

/** The project of the clip that was just opened. */
export interface OpenedProject {
  readonly project: OpenProject;
  /** Absent: there was none, and the work begins. */
  readonly saved: SavedWork | undefined;
}

/** Finds the saved work of a clip, and has its masks opened by the decode worker. */
export class Reopening {
  readonly #context: StoreContext;
  readonly #autosave: Autosave;

  constructor(context: StoreContext, autosave: Autosave) {
    this.#context = context;
    this.#autosave = autosave;
  }

  /** Records of this clip, the newest first; none, with an alert, where they cannot be read. */
  async recordsOf(fingerprint: string): Promise<readonly ProjectRecord[]> {
    try {
      const { records } = await this.#context.services.projects.list();
      return records.filter(({ clip }) => clip.fingerprint === fingerprint);
    } catch (error) {
      reportError(this.#context, error);
      return [];
    }
  }

  /**
   * Opens the first of these projects that can be, or a new one. The clip must be open. What cannot
   * be opened stays as it is, and the user is told why.
   */
  async open(records: readonly ProjectRecord[], clip: ProjectClip): Promise<OpenedProject> {
    for (const record of records) {
      const contents = await this.#openSaved(record);
      if (contents === undefined) continue;
      const { id, createdAt, source } = record;
      const project = { id, createdAt, ...clip, source: clip.source ?? source };
      return { project, saved: { record, contents } };
    }
    return { project: await this.startNew(clip), saved: undefined };
  }

  /** A project without any work yet; masks are saved in it from now on, where they can be. */
  async startNew(clip: ProjectClip): Promise<OpenProject> {
    const { services } = this.#context;
    const id = services.newProjectId();
    try {
      await this.#openPack(id);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      const hint = error.hint ?? 'Export the project before you close this page.';
      this.#autosave.masksStopped(id, { message: error.message, hint });
    }
    return { id, createdAt: services.now().toISOString(), ...clip };
  }

  /** Undefined, with an alert, where it cannot be opened. */
  async #openSaved({ id }: ProjectRecord): Promise<PackContents | undefined> {
    try {
      return await this.#openPack(id);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      if (error.code !== 'project-in-use') reportError(this.#context, error);
      else {
        raiseAlert(this.#context, {
          severity: 'warning',
          message: 'Your saved work on this clip is open in another tab.',
          hint: 'Here you work beside it: both are kept, each as a project of its own.',
        });
      }
      return undefined;
    }
  }

  #openPack(id: string): Promise<PackContents> {
    return this.#context.services.media.openPack(id, (reason) =>
      this.#autosave.masksStopped(id, reason),
    );
  }
}
