import type { Size } from '../core/geometry.ts';
import type { ObjectId } from '../core/ids.ts';
import type { PlacedMemoryEdit } from '../core/memory.ts';
import type { PlacedPrompts, MaskSummary } from '../core/prompts.ts';
import type { ModelReport } from './device.ts';
import type { ExportFormat, VideoEncoding, VideoEncodingQuery } from './export-format.ts';
import type { GroundTruthApi, TruthFile } from './ground-truth-api.ts';
import type { MaskFile } from './mask-file.ts';
import type { VideoInfo } from './media-api.ts';
import type { ResultsRequest, ScoreFilesRequest } from './results-request.ts';

/** An object as a project file names it. */
export interface ExportObject {
  readonly id: ObjectId;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
}

/** What an export is made from, besides the masks, which come over the media port. */
export interface ExportRequest {
  readonly format: ExportFormat;
  readonly video: VideoInfo;
  /** SHA-256 of the clip, lower-case hex. */
  readonly videoSha256: string;
  /** Those to write; masks of others are left out. */
  readonly objects: readonly ExportObject[];
  readonly prompts: readonly PlacedPrompts[];
  /** What was decided about the model's memories; nothing where absent. */
  readonly memory?: readonly PlacedMemoryEdit[];
  readonly summaries: readonly MaskSummary[];
  /** Absent when no model was loaded. */
  readonly model?: ModelReport;
  readonly appVersion: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Where the bytes go: a file the user chose, or a temporary one handed back for download. */
export type ExportTarget =
  | { readonly kind: 'handle'; readonly handle: FileSystemFileHandle }
  | { readonly kind: 'download' };

/** What an export has written. */
export interface ExportOutcome {
  readonly bytes: number;
  /** In the file; 0 where it is none of frames. */
  readonly frames: number;
  /** For the target `download`: a file backed by storage, not by memory. */
  readonly file?: File;
  /** For videos: what they are encoded with, such as `H.264`. */
  readonly codec?: string;
  /** For videos with sound: its codec, such as `AAC`. */
  readonly soundCodec?: string;
}

/** How far an export or import is. */
export interface ExportProgress {
  readonly framesDone: number;
  readonly framesTotal: number;
}

/** What an imported file brought; its masks are already on the stage. */
export interface ImportOutcome {
  readonly objects: readonly ExportObject[];
  readonly prompts: readonly PlacedPrompts[];
  /** What the file says of the model's memories; absent where it says nothing. */
  readonly memory?: readonly PlacedMemoryEdit[];
  readonly summaries: readonly MaskSummary[];
  /** What did not fit and was left out, one sentence each. */
  readonly notices: readonly string[];
}

/** A folder of pictures in a zip. */
export interface ZipPictures {
  /** From the zip's root on, without a slash at its end. */
  readonly folder: string;
  /** The folder's own name. */
  readonly sequence: string;
  readonly count: number;
}

/** What a zip holds, by its directory alone. */
export interface ZipSurvey {
  /** Of a data set's frames, a folder for each sequence; none where it has not DAVIS's layout. */
  readonly pictures: readonly ZipPictures[];
  /** Of masks beside the frames. */
  readonly maskCount: number;
}

/** Files to import, and the clip that they must fit. */
export interface ImportRequest {
  /** Folder or file name, as the user knows it. */
  readonly name: string;
  /**
   * At least one: a project alone, or masks: VISOR's annotations or PNGs, by themselves or in zips,
   * with tables beside them.
   */
  readonly files: readonly TruthFile[];
  /** The open clip, to which the masks must fit. */
  readonly video: VideoInfo;
  readonly videoSha256: string;
}

/**
 * The export worker, as the page sees it. Rejects with a `StudioError`. A cancelled export rejects
 * with an `AbortError` and leaves no partial file.
 */
export interface ExportApi extends GroundTruthApi {
  connectMedia(port: MessagePort): Promise<void>;
  /** Writes the masks, or a video of them, in the request's format. */
  exportFile(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome>;
  /** What this browser would encode such a video of the open clip with, and its sound. */
  videoEncoding(query: VideoEncodingQuery): Promise<VideoEncoding>;
  /** Reads a project or masks. Nothing changes when they do not fit the clip. */
  importFile(
    request: ImportRequest,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ImportOutcome>;
  /**
   * Reads one picture as masks at the clip's size: indexed, of a few greys or colours, or black and
   * white. Nothing is stored.
   * @throws StudioError `file-invalid` where it is no such PNG or has not the clip's shape
   */
  readMaskFile(file: File, clip: Size): Promise<MaskFile>;
  /**
   * A submission to VISOR's semi-supervised VOS challenge: a zip of `val.json` with the borders of
   * the masks at 854 × 480, under the entities' names. Sequences may come in any order.
   */
  exportVisorSubmission(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome>;
  /**
   * Results as DAVIS's and VISOR's evaluators read them: a zip of `<sequence>/<frame>.png` at the
   * ground truth's size, pixel value = truth id; where masks overlap the lowest truth id stays.
   */
  exportDavisResults(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome>;
  /** A zip of texts; `frames` of its outcome is 0. */
  exportScoreFiles(
    request: ScoreFilesRequest,
    target: ExportTarget,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportOutcome>;
  /**
   * What a zip holds; nothing in it is read.
   * @throws StudioError `file-invalid` for one that is damaged
   */
  surveyZip(file: File): Promise<ZipSurvey>;
  /** Stops the running export, import or reading of a ground truth. */
  cancel(): Promise<void>;
}
