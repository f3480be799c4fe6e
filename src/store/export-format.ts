import { assertNever } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import type { FrameIndex } from '../core/ids.ts';
import { pictureSize } from '../core/picture-size.ts';
import type { ExportFormat, GifFormat, VideoFormat, VideoLook } from '../protocol/export-format.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import {
  chosenFile,
  type EffectStrength,
  type ExportChoice,
  type VideoSize,
} from './export-choice.ts';
import type { ViewSlice } from './view-slice.ts';

export type { SoundPlan, VideoContainer, VideoEncoding } from '../protocol/export-format.ts';

/** Frames of a video, first and last, both inclusive. */
export interface FrameRange {
  readonly first: FrameIndex;
  readonly last: FrameIndex;
}

/** Pixels of a picture 720 pixels high, each about three times as much as the one before. */
const BLUR_AT_720: Readonly<Record<EffectStrength, number>> = { light: 4, medium: 12, strong: 32 };
const BLOCKS_AT_720: Readonly<Record<EffectStrength, number>> = {
  light: 8,
  medium: 20,
  strong: 48,
};
const DARKNESS: Readonly<Record<EffectStrength, number>> = { light: 0.5, medium: 0.7, strong: 0.9 };
/** So that a video of outlines shows some, whatever the stage shows. */
const MIN_OUTLINE_AT_720 = 2;
/** The longer side of a preview. */
const PREVIEW_PX = 320;

/** What a choice becomes a format with. */
interface FormatParts {
  readonly info: VideoInfo;
  readonly view: ViewSlice;
  readonly range: FrameRange;
}

/** What the worker is to write. */
export function exportFormat(choice: ExportChoice, parts: FormatParts): ExportFormat {
  const { kind } = choice;
  if (kind !== 'video') return { kind };
  return videoFormat(choice, parts) ?? gifFormat(choice, parts);
}

/** The video that the choice means; absent where it is a GIF. */
export function videoFormat(
  choice: ExportChoice,
  { info, view, range }: FormatParts,
): VideoFormat | undefined {
  const container = chosenFile(choice);
  if (container === 'gif') return undefined;
  const maxSidePx = maxSide(choice.size, info);
  const { hasSound } = choice;
  return {
    kind: 'video',
    look: videoLook(choice, view),
    hasSound,
    container,
    ...range,
    ...(maxSidePx === undefined ? {} : { maxSidePx }),
  };
}

function gifFormat(choice: ExportChoice, { view, range }: FormatParts): GifFormat {
  const { gifSidePx, gifRate } = choice;
  return {
    kind: 'gif',
    look: videoLook(choice, view),
    ...range,
    maxSidePx: gifSidePx,
    framesPerSecond: gifRate,
  };
}

/** How large the pictures of the chosen video would be at this size. */
export function videoPictureSize(choice: ExportChoice, size: VideoSize, info: VideoInfo): Size {
  return sizeWithin(choice, info, maxSide(size, info));
}

/** How large the pictures of the chosen GIF would be with frames of this side. */
export function gifPictureSize(choice: ExportChoice, sidePx: number, info: VideoInfo): Size {
  return sizeWithin(choice, info, sidePx);
}

function sizeWithin(choice: ExportChoice, info: VideoInfo, maxSidePx: number | undefined): Size {
  const framesAcross = choice.look === 'side-by-side' ? 2 : 1;
  return pictureSize({ size: info, framesAcross, maxSidePx });
}

function maxSide(size: VideoSize, { width, height }: VideoInfo): number | undefined {
  switch (size) {
    case 'clip':
      return undefined;
    case 'half':
      return Math.max(width, height) / 2;
    case 'preview':
      return PREVIEW_PX;
    default:
      return assertNever(size);
  }
}

function videoLook(choice: ExportChoice, view: ViewSlice): VideoLook {
  const { look, region, strength, background } = choice;
  const { fillOpacity, outlineWidth } = view;
  switch (look) {
    case 'overlay':
    case 'side-by-side':
      return { kind: look, fillOpacity, outlineAt720: outlineWidth };
    case 'outline': {
      const outlineAt720 = Math.max(outlineWidth, MIN_OUTLINE_AT_720);
      return { kind: 'overlay', fillOpacity: 0, outlineAt720 };
    }
    case 'matte':
      return { kind: 'matte' };
    case 'cut-out':
      return background === 'transparent' ? { kind: 'cut-out' } : { kind: 'cut-out', background };
    case 'blur':
      return { kind: 'blur', region, strengthAt720: BLUR_AT_720[strength] };
    case 'pixelate':
      return { kind: 'pixelate', region, strengthAt720: BLOCKS_AT_720[strength] };
    case 'spotlight':
      return { kind: 'spotlight', darkness: DARKNESS[strength] };
    default:
      return assertNever(look);
  }
}
