import type { Size } from '../core/geometry.ts';
import type { FrameIndex } from '../core/ids.ts';

/**
 * What each picture of an exported video shows. Lengths that end in `At720` are pixels of a picture
 * 720 pixels high and grow with the picture.
 * - `overlay`: fills and outlines over the clip, as on the stage.
 * - `side-by-side`: the clip at the left, the overlay at the right.
 * - `matte`: objects white, all else black.
 * - `cut-out`: the objects on one colour, or on nothing.
 * - `blur`, `pixelate`: the objects or all else made unrecognisable.
 * - `spotlight`: all but the objects darkened.
 */
export type VideoLook =
  | {
      readonly kind: 'overlay' | 'side-by-side';
      /** 0..1 */
      readonly fillOpacity: number;
      /** 0 draws none. */
      readonly outlineAt720: number;
    }
  | { readonly kind: 'matte' }
  | {
      readonly kind: 'cut-out';
      /** `#rrggbb`; absent: transparent, in WebM and GIF only. */
      readonly background?: string;
    }
  | {
      readonly kind: 'blur' | 'pixelate';
      readonly region: 'objects' | 'background';
      /** Reach of the blur, or side of the blocks. */
      readonly strengthAt720: number;
    }
  | {
      readonly kind: 'spotlight';
      /** How much light the rest loses, 0..1. */
      readonly darkness: number;
    };

/** The kind of video file. */
export type VideoContainer = 'mp4' | 'webm';

/** A video of the clip with its masks, at the clip's own timestamps counted from its first frame. */
export interface VideoFormat {
  readonly kind: 'video';
  readonly look: VideoLook;
  readonly container: VideoContainer;
  /** Whether the clip's sound goes with it, where it has any that the file can hold. */
  readonly hasSound: boolean;
  /** First and last frame, both inclusive. */
  readonly first: FrameIndex;
  readonly last: FrameIndex;
  /** Scales frames down until neither side is longer; absent: the clip's own size. */
  readonly maxSidePx?: number;
}

/**
 * An animated GIF of the clip with its masks, which repeats for ever. It shows what is on screen at
 * each tick of its own clock, from the beginning of the first frame to the end of the last.
 */
export interface GifFormat {
  readonly kind: 'gif';
  readonly look: VideoLook;
  /** First and last frame, both inclusive. */
  readonly first: FrameIndex;
  readonly last: FrameIndex;
  /** Scales frames down until neither side is longer. */
  readonly maxSidePx: number;
  /** At most; a frame of the clip that is shown longer is one picture. */
  readonly framesPerSecond: number;
}

/**
 * What an export writes.
 * - `png-zip`: one indexed PNG a frame, as DAVIS results.
 * - `object-png-zip`: a folder of black and white PNGs for each object, as SA-V's val and test sets.
 * - `cut-out-png-zip`: the frames' own pixels, transparent but for the objects.
 * - `project`: `docs/project.schema.json`.
 * - `coco`: COCO instances. `youtube-vis`: the same over time, one annotation an object.
 * - `youtube-vos`: zip of indexed PNGs and `meta.json`. `sav`: the JSON of SA-V's training set.
 * - `visor`: sparse annotations as EPIC-KITCHENS VISOR releases them.
 */
export type ExportFormat =
  | { readonly kind: 'png-zip' }
  | { readonly kind: 'object-png-zip' }
  | { readonly kind: 'cut-out-png-zip' }
  | { readonly kind: 'project' }
  | { readonly kind: 'coco' }
  | { readonly kind: 'youtube-vis' }
  | { readonly kind: 'youtube-vos' }
  | { readonly kind: 'sav' }
  | { readonly kind: 'visor' }
  | VideoFormat
  | GifFormat;

/** A video about to be encoded, as far as it decides which codec can do it. */
export interface VideoEncodingQuery {
  readonly size: Size;
  readonly container: VideoContainer;
  readonly look: VideoLook;
  readonly maxSidePx?: number;
}

/**
 * What becomes of the clip's sound in a video. Codecs are named as users know them, such as `AAC`.
 * - `none`: the clip has no sound.
 * - `copied`: as it is in the clip, packet by packet.
 * - `encoded`: decoded and encoded again, since the file cannot hold `from`.
 * - `left-out`: the file cannot hold `from`, and this browser cannot decode it, or encode another.
 */
export type SoundPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'copied'; readonly codec: string }
  | { readonly kind: 'encoded'; readonly from: string; readonly codec: string }
  | {
      readonly kind: 'left-out';
      readonly from: string;
      readonly missing: 'decoder' | 'encoder';
    };

/** What a video would be encoded with. */
export interface VideoEncoding {
  /** Such as `H.264`; absent where this browser cannot encode such a video. */
  readonly codec?: string;
  readonly sound: SoundPlan;
}
