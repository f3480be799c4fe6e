import type { Size } from '../../core/geometry.ts';
import type { ObjectId } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';
import type { SourceFile } from '../source-file.ts';

/** Data sets that hold a mask for each object, which may overlap. */
export type LabelKind = 'coco' | 'youtube-vis' | 'sav' | 'object-pngs';

/** An object of a sequence. */
export interface LabelObject {
  readonly id: ObjectId;
  readonly name: string;
}

/** A frame of a sequence that somebody has looked at. */
export interface LabelFrame {
  /** The frame's file name without extension. */
  readonly stem: string;
  /** Its place in the clip from 0, in data sets that count frames and do not name them. */
  readonly place?: number;
  /**
   * The masks of the objects to be seen, none of them empty, at the sequence's size. May be asked
   * for again.
   * @throws StudioError `file-invalid` that names what is wrong
   */
  readonly masks: () => Promise<ReadonlyMap<ObjectId, MaskRle>>;
}

/** A video of a data set. */
export interface LabelSequence {
  readonly name: string;
  /** Of all its masks. */
  readonly size: Size;
  /** By ascending id. */
  readonly objects: readonly LabelObject[];
  /** In the order of the data set. Never empty. */
  readonly frames: readonly LabelFrame[];
  /** What it is read from. */
  readonly files: readonly SourceFile[];
}

/** The videos of one file, or of one tree of files. */
export interface LabelData {
  readonly sequences: readonly LabelSequence[];
  /** What the user should know, one sentence each. */
  readonly notices: readonly string[];
}
