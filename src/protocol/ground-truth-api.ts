import type { EntityRule, TruthSequence } from '../core/ground-truth.ts';
import type { VideoInfo } from './media-api.ts';

/** A file of a chosen folder, or one chosen alone. */
export interface TruthFile {
  /** From the folder on, separated by `/`, or the file's name. */
  readonly path: string;
  readonly file: File;
}

/** Files that hold a ground truth, and how they are to be read. */
export interface TruthRequest {
  /** Folder, zip or file name, as the user knows it. */
  readonly name: string;
  /** Annotations in JSON, masks of one or many sequences, or a zip of either, with tables beside them. */
  readonly files: readonly TruthFile[];
  /** The open clip, onto which it is laid. */
  readonly video: VideoInfo;
  readonly rule: EntityRule;
  /** Added to each frame that was found. */
  readonly offsetFrames: number;
  /** Names of the sequences to load; where absent, those that lie on the clip. */
  readonly sequences?: readonly string[];
}

/** A sequence of the files that was not loaded. */
export interface UnloadedSequence {
  readonly name: string;
  readonly frameCount: number;
  /** Frames that lie on the clip; without any it cannot be loaded. */
  readonly matchedCount: number;
  /** A sentence. */
  readonly reason: string;
}

/** A ground truth that was read; the masks of its sequences are in the decode worker. */
export interface TruthOutcome {
  readonly name: string;
  /** VISOR's JSON, or masks of any other form. */
  readonly kind: 'visor' | 'masks';
  /** SHA-256 of each file that was read, lower-case hex, for reports. */
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  /**
   * Loaded ones, by name in the order of code points. May be empty: no sequence lies on the clip
   * beyond doubt, nothing was put into the decode worker, and the user chooses from `unloaded`.
   */
  readonly sequences: readonly TruthSequence[];
  readonly unloaded: readonly UnloadedSequence[];
  /** What the user should know, one sentence each. */
  readonly notices: readonly string[];
}

/** How far reading a ground truth is. */
export interface TruthProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** Reading a ground truth; part of what the export worker serves. Rejects with a `StudioError`. */
export interface GroundTruthApi {
  /**
   * Reads masks and puts them into the decode worker, where they replace the ground truth before.
   * That one stays when this fails, is cancelled (`AbortError`) or loads no sequence. Sequences that
   * the request names are loaded even where a problem speaks against the match, but not without any
   * frame on the clip.
   */
  openGroundTruth(
    request: TruthRequest,
    onProgress: (progress: TruthProgress) => void,
  ): Promise<TruthOutcome>;
}
