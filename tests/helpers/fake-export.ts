import type { Size } from '../../src/core/geometry.ts';
import type {
  ExportApi,
  ExportOutcome,
  ExportProgress,
  ExportRequest,
  ExportTarget,
  ImportOutcome,
  ImportRequest,
  ZipSurvey,
} from '../../src/protocol/export-api.ts';
import type {
  SoundPlan,
  VideoContainer,
  VideoEncoding,
  VideoEncodingQuery,
} from '../../src/protocol/export-format.ts';
import type {
  TruthOutcome,
  TruthProgress,
  TruthRequest,
} from '../../src/protocol/ground-truth-api.ts';
import type { MaskFile } from '../../src/protocol/mask-file.ts';
import type { ResultsRequest, ScoreFilesRequest } from '../../src/protocol/results-request.ts';

const STEPS = 20;

/** Writes nothing, but says so step by step. */
export class FakeExport implements ExportApi {
  readonly calls: string[] = [];
  readonly requests: ExportRequest[] = [];
  readonly targets: ExportTarget['kind'][] = [];
  /** Puts the masks of `importOutcome`. */
  onImport: (() => void) | undefined;
  importOutcome: ImportOutcome = { objects: [], prompts: [], summaries: [], notices: [] };
  /** Names of those that were read. */
  readonly maskFiles: string[] = [];
  maskFile: MaskFile = { masks: [], notices: [] };
  /** By file name; of others nothing is told. */
  readonly zipSurveys = new Map<string, ZipSurvey>();
  readonly truthRequests: TruthRequest[] = [];
  /** Of the next `openGroundTruth`. */
  truthOutcome: TruthOutcome = {
    name: 'P01_107.json',
    kind: 'visor',
    sources: [],
    sequences: [],
    unloaded: [],
    notices: [],
  };
  readonly resultRequests: ResultsRequest[] = [];
  readonly scoreFileRequests: ScoreFilesRequest[] = [];
  readonly failures = new Map<keyof ExportApi, Error>();
  stepMs = 0;
  /** What the browser encodes; absent where it cannot. */
  codecs: Record<VideoContainer, string | undefined> = { mp4: 'H.264', webm: 'VP9' };
  /** What becomes of the clip's sound. */
  sound: SoundPlan = { kind: 'copied', codec: 'AAC' };
  #isCancelled = false;

  async connectMedia(port: MessagePort): Promise<void> {
    this.#begin('connectMedia');
    port.close();
  }

  async exportFile(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#begin('exportFile');
    return this.#writeFrames(request, target, onProgress);
  }

  async videoEncoding({ container }: VideoEncodingQuery): Promise<VideoEncoding> {
    this.#begin('videoEncoding');
    const codec = this.codecs[container];
    return codec === undefined ? { sound: this.sound } : { codec, sound: this.sound };
  }

  async surveyZip(file: File): Promise<ZipSurvey> {
    this.#begin('surveyZip');
    return this.zipSurveys.get(file.name) ?? { pictures: [], maskCount: 0 };
  }

  async readMaskFile(file: File, _clip: Size): Promise<MaskFile> {
    this.#begin('readMaskFile');
    this.maskFiles.push(file.name);
    return this.maskFile;
  }

  async importFile(
    { video: { frameCount: framesTotal } }: ImportRequest,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ImportOutcome> {
    this.#begin('importFile');
    this.#isCancelled = false;
    if (this.stepMs === 0) onProgress({ framesDone: framesTotal, framesTotal });
    else {
      await this.#steps((done) =>
        onProgress({ framesDone: Math.round(framesTotal * done), framesTotal }),
      );
    }
    this.onImport?.();
    return this.importOutcome;
  }

  async openGroundTruth(
    request: TruthRequest,
    onProgress: (progress: TruthProgress) => void,
  ): Promise<TruthOutcome> {
    this.#begin('openGroundTruth');
    this.#isCancelled = false;
    this.truthRequests.push(request);
    const bytesTotal = request.files.reduce((sum, { file }) => sum + file.size, 0);
    await this.#steps((done) =>
      onProgress({ bytesDone: Math.round(bytesTotal * done), bytesTotal }),
    );
    return this.truthOutcome;
  }

  async exportVisorSubmission(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#begin('exportVisorSubmission');
    this.resultRequests.push(request);
    return this.#write(framesOf(request), target, onProgress);
  }

  async exportDavisResults(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#begin('exportDavisResults');
    this.resultRequests.push(request);
    return this.#write(framesOf(request), target, onProgress);
  }

  async exportScoreFiles(
    request: ScoreFilesRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#begin('exportScoreFiles');
    this.scoreFileRequests.push(request);
    return this.#write(0, target, onProgress);
  }

  async cancel(): Promise<void> {
    this.#begin('cancel');
    this.#isCancelled = true;
  }

  #writeFrames(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.requests.push(request);
    const framesTotal = new Set(request.summaries.map((summary) => summary.frame)).size;
    return this.#write(framesTotal, target, onProgress);
  }

  async #write(
    framesTotal: number,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome> {
    this.#isCancelled = false;
    this.targets.push(target.kind);
    await this.#steps((done) =>
      onProgress({ framesDone: Math.round(framesTotal * done), framesTotal }),
    );
    return {
      bytes: 4200,
      frames: framesTotal,
      ...(target.kind === 'download' ? { file: new File(['x'], 'export') } : {}),
    };
  }

  /** @param onStep told how far it is, 0..1 */
  async #steps(onStep: (done: number) => void): Promise<void> {
    for (let step = 1; step <= STEPS; step++) {
      await new Promise((resolve) => setTimeout(resolve, this.stepMs));
      if (this.#isCancelled) throw new DOMException('The export was cancelled.', 'AbortError');
      onStep(step / STEPS);
    }
  }

  #begin(name: keyof ExportApi): void {
    this.calls.push(name);
    const failure = this.failures.get(name);
    this.failures.delete(name);
    if (failure !== undefined) throw failure;
  }
}

function framesOf({ sequences }: ResultsRequest): number {
  return sequences.reduce((sum, { frames }) => sum + frames.length, 0);
}
