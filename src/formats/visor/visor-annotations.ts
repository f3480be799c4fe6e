/** A side of the wearer, as hand and glove annotations name it. */
export type Hand = 'left hand' | 'right hand';

/** What a hand or glove touches: another annotation of the same frame, or why there is none. */
export type HandContact =
  | { readonly kind: 'annotation'; readonly id: string }
  | { readonly kind: 'hand-not-in-contact' }
  | { readonly kind: 'glove-not-in-contact' }
  | { readonly kind: 'none-of-the-above' }
  | { readonly kind: 'inconclusive' };

/** One entity on one frame. */
export interface VisorAnnotation {
  /** Unique for each mask, not for each object: it follows nothing over time. */
  readonly id?: string;
  /** The entity: what makes two masks of a sequence the same object. */
  readonly name: string;
  /** Key of `EPIC_100_noun_classes_v2.csv`. */
  readonly classId?: number;
  /** `n`: other instances of the entity are visible and not segmented. */
  readonly exhaustive?: 'y' | 'n' | 'inconclusive';
  readonly contact?: HandContact;
  /** Which hands wear the glove. */
  readonly onWhichHand?: readonly Hand[] | 'inconclusive';
  /** In dense files: what `type` says. */
  readonly source?: 'interpolated' | 'ground-truth';
  /**
   * Polygons as x, y, x, y, … in pixels of the canvas, in the file's order. Parts and holes alike:
   * the even-odd rule tells them apart. There may be none, and one may be empty.
   */
  readonly segments: readonly Float64Array[];
}

/** The run of interpolated frames that a dense frame belongs to. */
export interface InterpolationRun {
  readonly id: string;
  /** Frame names, where the file has them. */
  readonly startFrame?: string;
  readonly endFrame?: string;
}

/** A frame of a VISOR file, with all its annotations. */
export interface VisorFrame {
  /** `<video>/<name>`; frames are sorted by it. */
  readonly path: string;
  /** File name with extension, as `P01_01_frame_0000000140.jpg`. */
  readonly name: string;
  /** As `P01_01_seq_00001`. */
  readonly sequence: string;
  readonly video: string;
  /** Sparse polygons lie on 1920 × 1080 pixels, dense ones and submissions on 854 × 480. */
  readonly canvas: 'sparse' | 'dense';
  readonly run?: InterpolationRun;
  /** In drawing order: later ones cover earlier ones. */
  readonly annotations: readonly VisorAnnotation[];
}
