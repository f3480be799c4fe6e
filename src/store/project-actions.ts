import type { ChosenFiles } from '../client/dropped-files.ts';
import type { ExportRequest, ExportTarget } from '../protocol/export-api.ts';
import type { ExportFormat, VideoEncoding } from '../protocol/export-format.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { nameOfFiles } from './classify-files.ts';
import type { ExportChoice } from './export-choice.ts';
import { exportFormat, videoFormat } from './export-format.ts';
import type { EngineSession } from './engine-session.ts';
import { formatCounted } from './format.ts';
import { takeImport } from './import-outcome.ts';
import { allMemoryEdits } from './memory-slice.ts';
import { modelInUse } from './models-slice.ts';
import {
  planExport,
  saveSuggestion,
  wholeClip,
  type ExportScope,
  type PossibleExport,
} from './plan-export.ts';
import { allPrompts } from './prompts-slice.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import { toMaskSummaries } from './summary-track.ts';
import type { Transfers } from './transfers.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly recorder: StepRecorder;
  readonly transfers: Transfers;
}

interface ExportJob {
  readonly choice: ExportChoice;
  readonly scope: ExportScope;
  readonly target: ExportTarget;
  readonly name: string;
}

interface ExportContent {
  readonly plan: PossibleExport;
  readonly format: ExportFormat;
}

/** Getting work out and in. */
export class ProjectActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Writes the choice to a file that the user chooses. Must be called in a user gesture. */
  async exportMasks(choice: ExportChoice, scope: ExportScope = {}): Promise<void> {
    const plan = this.#possible(scope);
    if (plan === undefined) return;
    const suggestion = saveSuggestion(plan.info, this.#format(choice, plan));
    try {
      const target = await this.#context.services.chooseSaveTarget(suggestion);
      await this.#parts.transfers.run(() =>
        this.#write({ choice, scope, target, name: suggestion.name }),
      );
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** What this browser would encode the chosen video with; absent for a GIF, and without a clip. */
  async videoEncoding(choice: ExportChoice): Promise<VideoEncoding | undefined> {
    const { video, view } = this.#context.store.getState();
    const { info } = video;
    if (info === undefined) return undefined;
    const format = videoFormat(choice, { info, view, range: wholeClip(info) });
    if (format === undefined) return undefined;
    const { look, container, maxSidePx } = format;
    return this.#context.services.exporter.videoEncoding({
      size: { width: info.width, height: info.height },
      look,
      container,
      ...(maxSidePx === undefined ? {} : { maxSidePx }),
    });
  }

  /** Reads an exported JSON project or a zip of PNG masks for the open clip. */
  async importFile(file: File): Promise<void> {
    await this.importFiles({ files: [{ file, path: file.name }] });
  }

  /** Reads masks for the open clip: a project, a zip or folder of PNGs, or VISOR's annotations. */
  async importFiles(chosen: ChosenFiles): Promise<void> {
    const { info } = this.#context.store.getState().video;
    if (info !== undefined) {
      await this.#parts.transfers.run(() => this.#read(chosen, info));
      return;
    }
    raiseAlert(this.#context, {
      severity: 'info',
      message: `Open the clip to which “${nameOfFiles(chosen)}” belongs first.`,
      hint: 'A project file holds masks and prompts, but not the clip itself.',
    });
  }

  /** Stops the running export or import. */
  cancelTransfer(): void {
    this.#parts.transfers.cancel();
  }

  async #write({ choice, scope, target, name }: ExportJob): Promise<void> {
    const { transfers } = this.#parts;
    const videoSha256 = await transfers.contentHash();
    // Not before: an undo that was under way has put its masks back by now.
    const plan = this.#possible(scope);
    if (plan === undefined) return;
    const content = { plan, format: this.#format(choice, plan) };
    const request = this.#request(content, videoSha256);
    const { onProgress, signal } = transfers.begin('exporting');
    const { exporter } = this.#context.services;
    const outcome = await exporter.exportFile(request, target, onProgress, signal);
    if (keepsAllMasks(content)) patch(this.#context, 'project', { hasUnsavedWork: false });
    transfers.finish(outcome, name);
  }

  async #read(chosen: ChosenFiles, video: VideoInfo): Promise<void> {
    const { engine, recorder, transfers } = this.#parts;
    const videoSha256 = await transfers.contentHash();
    const { onProgress, signal } = transfers.begin('importing');
    const name = nameOfFiles(chosen);
    if (!(await recorder.hold({ name: `import of “${name}”` }))) return;
    let outcome;
    try {
      outcome = await this.#context.services.exporter.importFile(
        { name, files: chosen.files, video, videoSha256 },
        onProgress,
        signal,
      );
      await takeImport(this.#context, outcome);
    } finally {
      recorder.finish();
    }
    for (const message of outcome.notices) {
      raiseAlert(this.#context, { severity: 'warning', message });
    }
    const objects = formatCounted(outcome.objects.length, 'object');
    const masks = formatCounted(outcome.summaries.length, 'mask');
    raiseAlert(this.#context, {
      severity: 'success',
      message: `“${name}” brought ${objects} and ${masks}.`,
    });
    await engine.attachKeepingMasks();
  }

  /** Undefined, with an alert, where there is nothing to export. */
  #possible(scope: ExportScope): PossibleExport | undefined {
    const plan = planExport(this.#context.store.getState(), scope);
    if (plan.isPossible) return plan;
    raiseAlert(this.#context, { severity: 'info', message: plan.reason });
    return undefined;
  }

  #format(choice: ExportChoice, plan: PossibleExport): ExportFormat {
    return exportFormat(choice, { ...plan, view: this.#context.store.getState().view });
  }

  #request({ plan, format }: ExportContent, videoSha256: string): ExportRequest {
    const { services, store } = this.#context;
    const { tracklets, prompts, memory, models } = store.getState();
    // A project keeps objects without masks too, for what is prompted but not tracked.
    const items = format.kind === 'project' ? tracklets.items : plan.tracklets;
    const ids = new Set(items.map(({ id }) => id));
    const model = modelInUse(models);
    return {
      format,
      video: plan.info,
      videoSha256,
      objects: items.map(({ id, name, color }) => ({ id, name, color })),
      prompts: allPrompts(prompts).filter(({ objectId }) => ids.has(objectId)),
      memory: allMemoryEdits(memory).filter(({ objectId }) => ids.has(objectId)),
      summaries: items.flatMap((item) => toMaskSummaries(item.id, item.summaries)),
      ...(model === undefined ? {} : { model }),
      appVersion: services.appVersion,
      createdAt: services.now().toISOString(),
    };
  }
}

/** Whether every mask could be had back from the file. */
function keepsAllMasks({ plan, format }: ExportContent): boolean {
  const losesMasks = ['video', 'gif', 'cut-out-png-zip'].includes(format.kind);
  return plan.isWhole && !losesMasks;
}
