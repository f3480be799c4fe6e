import { assertNever } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import type { FrameIndex } from '../core/ids.ts';
import { pictureSize } from '../core/picture-size.ts';
import type { ExportFormat, VideoFormat, VideoLook } from '../protocol/export-format.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { EffectStrength, ExportChoice, VideoSize } from './export-choice.ts';
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
/** The longer side of a preview, as most animated GIFs have it. */
const PREVIEW_PX = 320;

/** What the worker is to write. */
export function exportFormat(
  choice: ExportChoice,
  parts: { readonly info: VideoInfo; readonly view: ViewSlice; readonly range: FrameRange },
): ExportFormat {
  const { kind } = choice;
  return kind === 'video' ? videoFormat(choice, parts) : { kind };
}

/** The video that the choice means. */
export function videoFormat(
  choice: ExportChoice,
  { info, view, range }: { info: VideoInfo; view: ViewSlice; range: FrameRange },
): VideoFormat {
  const look = videoLook(choice, view);
  const maxSidePx = maxSide(choice.size, info);
  const { container, hasSound } = choice;
  return {
    kind: 'video',
    look,
    hasSound,
    container: isTransparentChoice(choice) ? 'webm' : container,
    ...range,
    ...(maxSidePx === undefined ? {} : { maxSidePx }),
  };
}

/** Whether pixels of the chosen video are see-through, which WebM alone carries. */
export function isTransparentChoice({ kind, look, background }: ExportChoice): boolean {
  return kind === 'video' && look === 'cut-out' && background === 'transparent';
}

/** How large the pictures of the chosen video would be at this size. */
export function videoPictureSize(choice: ExportChoice, size: VideoSize, info: VideoInfo): Size {
  const framesAcross = choice.look === 'side-by-side' ? 2 : 1;
  return pictureSize({ size: info, framesAcross, maxSidePx: maxSide(size, info) });
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
