import type { MaskRle } from '../../core/rle.ts';
import type { StageObject, StageStyle } from '../../protocol/media-api.ts';
import type { DecodedFrame } from '../decoded-frame.ts';
import { drawUpright } from '../frame-drawing.ts';
import type { MaskPaths } from './mask-paths.ts';

/** Device pixels for each video pixel from which on pixels are shown as squares. */
const SQUARE_PIXELS_FROM_SCALE = 4;
/** How much the dark line under an outline stands out on each side, in CSS pixels. */
const HALO_CSS_PX = 1.25;
const HALO_COLOUR = 'rgb(0 0 0 / 0.65)';
const SELECTED_OUTLINE_FACTOR = 1.75;

/** A visible object with its mask on the shown frame. */
export interface ObjectMask {
  readonly object: StageObject;
  readonly mask: MaskRle;
}

/** All that one picture of the stage shows. */
export interface StageScene {
  readonly style: StageStyle;
  readonly frame: DecodedFrame;
  /** Visible objects from the bottom up. */
  readonly masks: readonly ObjectMask[];
}

type Context = OffscreenCanvasRenderingContext2D;

/** Makes the canvas empty and as large as the stage is on this screen. */
export function clearStage(context: Context, style: StageStyle): void {
  const { canvas } = context;
  const width = Math.max(1, Math.round(style.size.width * style.devicePixelRatio));
  const height = Math.max(1, Math.round(style.size.height * style.devicePixelRatio));
  context.resetTransform();
  if (canvas.width === width && canvas.height === height) {
    context.clearRect(0, 0, width, height);
    return;
  }
  canvas.width = width;
  canvas.height = height;
}

/** Draws the frame, its masks' fills, then their outlines, so that no fill hides an outline. */
export function paintStage(context: Context, scene: StageScene, paths: MaskPaths): void {
  const { style, frame, masks } = scene;
  const { scale, offsetX, offsetY } = style.viewport;
  const ratio = style.devicePixelRatio;
  clearStage(context, style);
  context.save();
  context.setTransform(scale * ratio, 0, 0, scale * ratio, offsetX * ratio, offsetY * ratio);
  context.imageSmoothingEnabled = scale * ratio < SQUARE_PIXELS_FROM_SCALE;
  context.imageSmoothingQuality = 'medium';
  drawUpright(context, frame, frame.upright);
  context.beginPath();
  context.rect(0, 0, frame.upright.width, frame.upright.height);
  context.clip();
  context.globalAlpha = style.fillOpacity;
  for (const { object, mask } of masks) {
    context.fillStyle = object.color;
    context.fill(paths.pathOf(mask), 'evenodd');
  }
  context.globalAlpha = 1;
  if (style.outlineWidth > 0) {
    const selectedLast = [...masks].sort(
      (a, b) => Number(a.object.isSelected) - Number(b.object.isSelected),
    );
    for (const entry of selectedLast) paintOutline(context, entry, style, paths);
  }
  context.restore();
}

function paintOutline(
  context: Context,
  { object, mask }: ObjectMask,
  { viewport, outlineWidth }: StageStyle,
  paths: MaskPaths,
): void {
  const path = paths.pathOf(mask);
  const width = outlineWidth * (object.isSelected ? SELECTED_OUTLINE_FACTOR : 1);
  context.lineJoin = 'round';
  context.strokeStyle = HALO_COLOUR;
  context.lineWidth = (width + 2 * HALO_CSS_PX) / viewport.scale;
  context.stroke(path);
  context.strokeStyle = object.color;
  context.lineWidth = width / viewport.scale;
  context.stroke(path);
}
