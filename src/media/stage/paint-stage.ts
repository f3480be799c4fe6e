import type { StageStyle } from '../../protocol/media-api.ts';
import type { DecodedFrame } from '../decoded-frame.ts';
import { drawUpright } from '../frame-drawing.ts';
import type { ErrorMap } from './error-map.ts';
import type { MaskPaths } from './mask-paths.ts';
import { paintComparison, type Comparison } from './paint-comparison.ts';
import { paintMasks, type ObjectMask } from './paint-masks.ts';
import { paintPreview } from './paint-preview.ts';

/** Device pixels for each video pixel from which on pixels are shown as squares. */
const SQUARE_PIXELS_FROM_SCALE = 4;

/** All that one picture of the stage shows. */
export interface StageScene {
  readonly style: StageStyle;
  readonly frame: DecodedFrame;
  /** Visible objects from the bottom up. */
  readonly masks: readonly ObjectMask[];
  /** Shown in passing, on top of all. */
  readonly preview?: ObjectMask;
  /** Absent where nothing is compared: the masks alone. */
  readonly comparison?: Comparison;
}

/** What is kept from one picture to the next. */
export interface StageTools {
  readonly paths: MaskPaths;
  readonly errorMap: ErrorMap;
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

/** Draws the frame, left of the wipe its masks, right of it the comparison, on top a preview. */
export function paintStage(context: Context, scene: StageScene, tools: StageTools): void {
  const { style, frame, masks, preview, comparison } = scene;
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
  const look = { style, video: frame.upright, ...tools };
  if (comparison === undefined) paintMasks(context, masks, look);
  else {
    const wipe = wipeColumn(context, comparison.wipe, frame.upright.width);
    paintColumns(context, [0, wipe], () => paintMasks(context, masks, look));
    paintColumns(context, [wipe, context.canvas.width], () =>
      paintComparison(context, { comparison, masks }, look),
    );
  }
  if (preview !== undefined) paintPreview(context, preview, look);
  context.restore();
}

/** The first column of the canvas that shows the comparison; whole, so that nothing is mixed. */
function wipeColumn(context: Context, wipe: number, videoWidth: number): number {
  const { width } = context.canvas;
  if (wipe <= 0) return 0;
  if (wipe >= 1) return width;
  const { a: scale, e: offset } = context.getTransform();
  return Math.min(Math.max(Math.round(offset + scale * wipe * videoWidth), 0), width);
}

/** Calls `paint` so that it reaches the canvas's columns `[from, to)` alone. */
function paintColumns(
  context: Context,
  [from, to]: readonly [number, number],
  paint: () => void,
): void {
  if (from >= to) return;
  const transform = context.getTransform();
  context.save();
  context.resetTransform();
  context.beginPath();
  context.rect(from, 0, to - from, context.canvas.height);
  context.clip();
  context.setTransform(transform);
  paint();
  context.restore();
}
