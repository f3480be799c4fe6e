import type { ExportOutcome, ExportTarget } from '../protocol/export-api.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import {
  planScoreExport,
  resultSequences,
  scoreFileSuggestion,
  type ScoreExportKind,
} from './plan-score-export.ts';
import { protocolFramesOf } from './protocol-result.ts';
import { scoreReportFile } from './score-report.ts';
import { raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { TransferCall, Transfers } from './transfers.ts';

interface ScoreExportJob {
  readonly kind: ScoreExportKind;
  readonly info: VideoInfo;
  readonly target: ExportTarget;
  readonly name: string;
}

/** Writing scores, and masks that are to be scored elsewhere. */
export class ScoreExports {
  readonly #context: StoreContext;
  readonly #transfers: Transfers;

  constructor(context: StoreContext, transfers: Transfers) {
    this.#context = context;
    this.#transfers = transfers;
  }

  /** Writes a file that the user chooses. Must be called in a user gesture. */
  async write(kind: ScoreExportKind): Promise<void> {
    const plan = planScoreExport(this.#context.store.getState(), kind);
    if (!plan.isPossible) {
      const { message, hint } = plan;
      raiseAlert(this.#context, { severity: 'info', message, hint });
      return;
    }
    const { info, warning } = plan;
    const suggestion = scoreFileSuggestion(info, kind);
    const { name } = suggestion;
    try {
      const target = await this.#context.services.chooseSaveTarget(suggestion);
      await this.#transfers.run(async () => {
        const outcome = await this.#write({ kind, info, target, name });
        this.#transfers.finish(outcome, name);
        if (warning !== undefined) raiseAlert(this.#context, { severity: 'warning', ...warning });
      });
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  async #write(job: ScoreExportJob): Promise<ExportOutcome> {
    switch (job.kind) {
      case 'csv':
        return this.#writeFiles(job, this.#transfers.begin('exporting'));
      case 'json':
        return this.#writeReport(job);
      case 'visor-submission':
      case 'davis-results':
        return this.#writeResults(job, this.#transfers.begin('exporting'));
    }
  }

  async #writeFiles({ target, name }: ScoreExportJob, call: TransferCall): Promise<ExportOutcome> {
    const { services, store } = this.#context;
    const files = store.getState().groundTruth.report?.files ?? [];
    const createdAt = services.now().toISOString();
    const request = { fileName: name, files, createdAt };
    return services.exporter.exportScoreFiles(request, target, call.onProgress, call.signal);
  }

  async #writeReport({ target }: ScoreExportJob): Promise<ExportOutcome> {
    const { services, store } = this.#context;
    // The report names the clip by its hash.
    await this.#transfers.contentHash();
    const state = store.getState();
    const runFrames = protocolFramesOf(state);
    const { text } = scoreReportFile(state, {
      appVersion: services.appVersion,
      createdAt: services.now().toISOString(),
      ...(runFrames === undefined ? {} : { runFrames }),
    });
    return services.writeText(target, text);
  }

  async #writeResults(job: ScoreExportJob, call: TransferCall): Promise<ExportOutcome> {
    const { services, store } = this.#context;
    const request = {
      fileName: job.name,
      sequences: resultSequences(store.getState()),
      createdAt: services.now().toISOString(),
    };
    const write = job.kind === 'visor-submission' ? 'exportVisorSubmission' : 'exportDavisResults';
    return services.exporter[write](request, job.target, call.onProgress, call.signal);
  }
}
