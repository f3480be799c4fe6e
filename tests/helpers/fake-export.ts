import type {
  ExportApi,
  ExportOutcome,
  ExportProgress,
  ExportRequest,
  ExportTarget,
  ImportOutcome,
  ImportRequest,
} from '../../src/protocol/export-api.ts';

const STEPS = 20;

/** Writes nothing, but says so step by step. */
export class FakeExport implements ExportApi {
  readonly calls: string[] = [];
  readonly requests: ExportRequest[] = [];
  readonly targets: ExportTarget['kind'][] = [];
  importOutcome: ImportOutcome = { objects: [], prompts: [], summaries: [], notices: [] };
  readonly failures = new Map<keyof ExportApi, Error>();
  stepMs = 0;
  #isCancelled = false;

  async connectMedia(port: MessagePort): Promise<void> {
    this.#begin('connectMedia');
    port.close();
  }

  async exportPngZip(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#begin('exportPngZip');
    return this.#write(request, target, onProgress);
  }

  async exportJson(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#begin('exportJson');
    return this.#write(request, target, onProgress);
  }

  async importFile(
    _request: ImportRequest,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ImportOutcome> {
    this.#begin('importFile');
    onProgress({ framesDone: 1, framesTotal: 1 });
    return this.importOutcome;
  }

  async cancel(): Promise<void> {
    this.#begin('cancel');
    this.#isCancelled = true;
  }

  async #write(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#isCancelled = false;
    this.requests.push(request);
    this.targets.push(target.kind);
    const framesTotal = new Set(request.summaries.map((summary) => summary.frame)).size;
    for (let step = 1; step <= STEPS; step++) {
      await new Promise((resolve) => setTimeout(resolve, this.stepMs));
      if (this.#isCancelled) throw new DOMException('The export was cancelled.', 'AbortError');
      onProgress({ framesDone: Math.round((framesTotal * step) / STEPS), framesTotal });
    }
    return {
      bytes: 4200,
      frames: framesTotal,
      ...(target.kind === 'download' ? { file: new File(['x'], 'export') } : {}),
    };
  }

  #begin(name: keyof ExportApi): void {
    this.calls.push(name);
    const failure = this.failures.get(name);
    this.failures.delete(name);
    if (failure !== undefined) throw failure;
  }
}
