import type { ClipSource } from '../core/clip-source.ts';
import type { Size } from '../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MemoryEdit, PlacedMemoryEdit } from '../core/memory.ts';
import type { FramePrompts, PlacedPrompts } from '../core/prompts.ts';

/** Of records written now; older ones are brought up to it as they are read. */
export const RECORD_VERSION = 2;

/** The clip that a project is about. */
export interface RecordedClip extends Size {
  /** File or folder name. */
  readonly name: string;
  readonly kind: 'video' | 'frames';
  readonly frameCount: number;
  readonly frameRate: number;
  readonly bytes: number;
  /** See `clipFingerprint`. */
  readonly fingerprint: string;
  /** Of all its bytes, lower-case hex; absent until it was worked out. */
  readonly sha256?: string;
}

/** An object of the user's, without its prompts and masks. */
export interface RecordedObject {
  readonly id: ObjectId;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly isVisible: boolean;
  readonly isLocked?: boolean;
  readonly needsTracking: boolean;
  readonly changedFrames: readonly FrameIndex[];
}

/** Objects, prompts and decisions about memories as they are to become; absent ones are to go. */
export interface RecordedChange {
  readonly objects: readonly { readonly id: ObjectId; readonly object?: RecordedObject }[];
  readonly prompts: readonly {
    readonly objectId: ObjectId;
    readonly frame: FrameIndex;
    readonly prompts?: FramePrompts;
  }[];
  /** Absent where none changes. */
  readonly memory?: readonly {
    readonly objectId: ObjectId;
    readonly frame: FrameIndex;
    readonly edit?: MemoryEdit;
  }[];
  /** Of all objects, where it changes. */
  readonly order?: readonly ObjectId[];
}

/** A step that can be undone, or redone. */
export interface RecordedStep {
  /** As users read it after “Undo: ”. */
  readonly name: string;
  /** Whether it changed masks beyond those of its prompts. */
  readonly isBulk: boolean;
  /** Where its prompts are, if they are in one place. */
  readonly place?: { readonly objectId: ObjectId; readonly frame: FrameIndex };
  /** What undoing it makes of the work; where it is undone, what redoing it does. */
  readonly change: RecordedChange;
}

/** What the page keeps of a project. Typed arrays and handles are kept as such. */
export interface ProjectRecord {
  readonly version: typeof RECORD_VERSION;
  /** Letters, digits, `_` and `-`; that of its mask pack too. */
  readonly id: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** RFC 3339. */
  readonly savedAt: string;
  readonly clip: RecordedClip;
  readonly source?: ClipSource;
  readonly objects: readonly RecordedObject[];
  readonly prompts: readonly PlacedPrompts[];
  /** What was decided about the model's memories. */
  readonly memory: readonly PlacedMemoryEdit[];
  /** For the list of projects; the masks themselves are in the pack. */
  readonly maskCount: number;
  readonly history: {
    /** Number of the first of `steps`, as the mask pack counts. */
    readonly firstStep: number;
    /** Number of the first that is undone, or of the next one. */
    readonly nextStep: number;
    readonly steps: readonly RecordedStep[];
  };
  /** Where the user was. */
  readonly view: {
    readonly selectedId?: ObjectId;
    readonly frame: FrameIndex;
    readonly timelineWindow?: { readonly first: number; readonly count: number };
    /** Between the in and the out mark. */
    readonly range?: { readonly first: FrameIndex; readonly last: FrameIndex };
  };
  /** What made the newest masks; absent when no model has made any. */
  readonly model?: {
    readonly fileName: string;
    readonly sha256: string;
    /** It comes with the studio. */
    readonly isBundled: boolean;
  };
}
