import type { TruthFrame, TruthSequence } from '../core/ground-truth.ts';
import type { ObjectId } from '../core/ids.ts';
import type { ScoreFile } from '../core/scores.ts';

/** An object of the ground truth, and whose masks stand for it. */
export interface ResultObject {
  readonly truthId: number;
  /** The entity's name, which submissions carry. */
  readonly name: string;
  /** The user's object; absent where none is assigned, which leaves the object out of every frame. */
  readonly objectId?: ObjectId;
}

/** The user's masks of a sequence, to be written under the ground truth's names and ids. */
export interface ResultSequence extends Pick<TruthSequence, 'name' | 'size'> {
  /** Every annotated frame on the clip; those without a mask are written as empty. */
  readonly frames: readonly Pick<TruthFrame, 'stem' | 'frame'>[];
  readonly objects: readonly ResultObject[];
}

/** What results for an evaluator are made from, besides the masks, which come over the media port. */
export interface ResultsRequest {
  /** Of the file where it is handed back for download. */
  readonly fileName: string;
  readonly sequences: readonly ResultSequence[];
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Texts to be packed into one zip: the official CSVs, a report. */
export interface ScoreFilesRequest {
  /** Of the zip where it is handed back for download. */
  readonly fileName: string;
  /** Names may hold `/` for folders and are distinct. */
  readonly files: readonly ScoreFile[];
  /** RFC 3339. */
  readonly createdAt: string;
}
