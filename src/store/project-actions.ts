import { isAbort } from '../core/errors.ts';
import type { ExportProgress, ExportRequest, ExportTarget } from '../protocol/export-api.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { EngineSession } from './engine-session.ts';
import { formatBytes } from './format.ts';
import { takeImport } from './import-outcome.ts';
import { modelInUse } from './models-slice.ts';
import { planExport, saveSuggestion } from './plan-export.ts';
import type { ExportKind, ProjectSlice } from './project-slice.ts';
import { allPrompts } from './prompts-slice.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import { toMaskSummaries } from './summary-track.ts';
import { refuseWhileTracking, type TrackletsActions } from './tracklets-actions.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly tracklets: TrackletsActions;
}

interface ExportJob {
  readonly kind: ExportKind;
  readonly info: VideoInfo;
  readonly target: ExportTarget;
  readonly name: string;
}

/** Getting work out and in. */
export class ProjectActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #controller = new AbortController();

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Writes the masks to a file that the user chooses. Must be called in a user gesture. */
  async exportMasks(kind: ExportKind): Promise<void> {
    const plan = planExport(this.#context.store.getState());
    if (!plan.isPossible) {
      raiseAlert(this.#context, { severity: 'info', message: plan.reason });
      return;
    }
    const { info } = plan;
    const suggestion = saveSuggestion(info, kind);
    try {
      const target = await this.#context.services.chooseSaveTarget(suggestion);
      await this.#transfer(() => this.#write({ kind, info, target, name: suggestion.name }));
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** Reads an exported JSON project or a zip of PNG masks for the open clip. */
  async importFile(file: File): Promise<void> {
    const { info } = this.#context.store.getState().video;
    if (info !== undefined) {
      await this.#transfer(() => this.#read(file, info));
      return;
    }
    raiseAlert(this.#context, {
      severity: 'info',
      message: `Open the clip to which “${file.name}” belongs first.`,
      hint: 'A project file holds masks and prompts, but not the clip itself.',
    });
  }

  /** Stops the running export or import. */
  cancelTransfer(): void {
    this.#controller.abort();
  }

  /** One export or import at a time, with its end in every case. */
  async #transfer(work: () => Promise<void>): Promise<void> {
    const { status } = this.#context.store.getState().project.transfer;
    if (status !== 'idle' || refuseWhileTracking(this.#context)) return;
    this.#controller = new AbortController();
    this.#show({ status: 'hashing', fraction: 0 });
    try {
      await this.#parts.tracklets.purgeRemoved();
      await work();
    } catch (error) {
      if (isAbort(error)) raiseAlert(this.#context, { severity: 'info', message: 'Cancelled.' });
      else reportError(this.#context, error);
    } finally {
      this.#show({ status: 'idle' });
    }
  }

  async #write(job: ExportJob): Promise<void> {
    const { services } = this.#context;
    const request = this.#request(job.info, await this.#contentHash());
    this.#show({ status: 'exporting', framesDone: 0, framesTotal: 0 });
    const write = job.kind === 'json' ? 'exportJson' : 'exportPngZip';
    const outcome = await services.exporter[write](
      request,
      job.target,
      this.#onProgress,
      this.#controller.signal,
    );
    if (outcome.file !== undefined) services.downloadFile(outcome.file, job.name);
    patch(this.#context, 'project', { hasUnsavedWork: false });
    raiseAlert(this.#context, {
      severity: 'success',
      message: `“${job.name}” is written: ${outcome.frames} frames, ${formatBytes(outcome.bytes)}.`,
    });
  }

  async #read(file: File, video: VideoInfo): Promise<void> {
    const videoSha256 = await this.#contentHash();
    this.#show({ status: 'importing', framesDone: 0, framesTotal: 0 });
    const outcome = await this.#context.services.exporter.importFile(
      { file, video, videoSha256 },
      this.#onProgress,
      this.#controller.signal,
    );
    await takeImport(this.#context, outcome);
    for (const message of outcome.notices) {
      raiseAlert(this.#context, { severity: 'warning', message });
    }
    raiseAlert(this.#context, {
      severity: 'success',
      message: `“${file.name}” brought ${outcome.objects.length} objects and ${outcome.summaries.length} masks.`,
    });
    await this.#parts.engine.attachKeepingMasks();
  }

  /** SHA-256 of the clip, worked out once. */
  async #contentHash(): Promise<string> {
    const { store, services, events } = this.#context;
    const known = store.getState().project.videoSha256;
    if (known !== undefined) return known;
    const hash = await services.media.contentHash(
      (fraction) => events.push({ type: 'hash-progress', fraction }),
      this.#controller.signal,
    );
    patch(this.#context, 'project', { videoSha256: hash });
    return hash;
  }

  #request(video: VideoInfo, videoSha256: string): ExportRequest {
    const { services, store } = this.#context;
    const { tracklets, prompts, models } = store.getState();
    const model = modelInUse(models);
    return {
      video,
      videoSha256,
      objects: tracklets.items.map(({ id, name, color }) => ({ id, name, color })),
      prompts: allPrompts(prompts),
      summaries: tracklets.items.flatMap((item) => toMaskSummaries(item.id, item.summaries)),
      ...(model === undefined ? {} : { model }),
      appVersion: services.appVersion,
      createdAt: services.now().toISOString(),
    };
  }

  #show(transfer: ProjectSlice['transfer']): void {
    patch(this.#context, 'project', { transfer });
  }

  readonly #onProgress = (progress: ExportProgress): void => {
    this.#context.events.push({ type: 'transfer-progress', progress });
  };
}
