import type { Size } from '../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { PlacedMemoryEdit } from '../core/memory.ts';
import type { MaskSummary, PlacedPrompts } from '../core/prompts.ts';
import type { MaskRle } from '../core/rle.ts';

/** The first member of a project file: tells it from other JSON. */
export const PROJECT_FORMAT = 'segmentation-studio-project';
/** Raised when a reader of the version before could misread the file. */
export const PROJECT_SCHEMA_VERSION = 1;

/** The clip that a project's masks lie on. */
export interface ProjectClip extends Size {
  /** File or folder name. */
  readonly name: string;
  readonly kind: 'video' | 'frames';
  readonly frameCount: number;
  /** Frames a second by the median interval; for people, `timestampsUs` is what counts. */
  readonly frameRate: number;
  readonly codec: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** An object as a project file names it. */
export interface ProjectObject {
  readonly id: ObjectId;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
}

/** Which model made the masks and how it ran. */
export interface ProjectModel {
  readonly fileName: string;
  readonly fileBytes: number;
  /** SHA-256 of the checkpoint file, lower-case hex. */
  readonly sha256: string;
  readonly size: 'nano' | 'tiny' | 'small' | 'base_plus' | 'large';
  readonly version: '2.0' | '2.1';
  readonly parameters: number;
  /** Side of the square the frame is resized to, in pixels (S). */
  readonly imageSize: number;
  readonly precision: 'fp32' | 'fp16';
  readonly backend: 'webgpu' | 'wasm';
  /** The GPU, for the backend `webgpu`. */
  readonly adapter?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
  };
}

/** All of a project but its frames, prompts and masks, which are as many as the clip is long. */
export interface ProjectHead {
  readonly appVersion: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly clip: ProjectClip;
  /** Absent when no model was loaded. */
  readonly model?: ProjectModel;
  readonly objects: readonly ProjectObject[];
}

/** A frame of the clip as a project file lists it. */
export interface ProjectFrame {
  /** Presentation timestamp in microseconds. */
  readonly timestampUs: number;
  /** File name, for clips made of frames. */
  readonly name?: string;
}

/** A mask with what the model said of it; the fields are those of `MaskSummary`. */
export interface ProjectMask extends Pick<
  MaskSummary,
  'objectScoreLogit' | 'predictedIou' | 'direction' | 'oppositeIou'
> {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  readonly mask: MaskRle;
  /** Absent where it is not known. */
  readonly origin?: MaskSummary['origin'];
}

/** What a project file is written from. Each part is gone through once, in this order. */
export interface ProjectContent {
  readonly head: ProjectHead;
  readonly prompts: Iterable<PlacedPrompts>;
  /** Written only where there is any. */
  readonly memory: readonly PlacedMemoryEdit[];
  readonly frames: Iterable<ProjectFrame>;
  readonly masks: AsyncIterable<ProjectMask>;
}

/** A piece of a project file as it is read, in the order of the file; `head` comes last. */
export type ProjectPart =
  | { readonly kind: 'clip'; readonly clip: ProjectClip }
  | { readonly kind: 'prompts'; readonly prompts: PlacedPrompts }
  | { readonly kind: 'memory'; readonly memory: PlacedMemoryEdit }
  | { readonly kind: 'frame'; readonly frame: ProjectFrame }
  | { readonly kind: 'mask'; readonly mask: ProjectMask }
  | { readonly kind: 'head'; readonly head: ProjectHead };
