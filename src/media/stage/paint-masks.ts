import type { Size } from '../../core/geometry.ts';
import type { MaskRle } from '../../core/rle.ts';
import type { StageObject, StageStyle } from '../../protocol/media-api.ts';
import type { MaskPaths } from './mask-paths.ts';

/** How much the dark line under an outline stands out on each side, in CSS pixels. */
const HALO_CSS_PX = 1.25;
const HALO_COLOUR = 'rgb(0 0 0 / 0.65)';
/** No object's own, which may be that of an error: the first two are blue and orange. */
const AROUND_COLOUR = '#ffffff';
const SELECTED_OUTLINE_FACTOR = 1.75;
/** Dash and gap, in widths of the line. */
const DASH_WIDTHS = [3, 2];

type Context = OffscreenCanvasRenderingContext2D;

/** A mask in an object's colour. */
export interface ObjectMask {
  readonly object: Pick<StageObject, 'color' | 'isSelected'>;
  readonly mask: MaskRle;
}

/** How masks are drawn, under a transform in video pixels. */
export interface MaskLook {
  readonly style: Pick<StageStyle, 'fillOpacity' | 'outlineWidth' | 'viewport'>;
  readonly paths: MaskPaths;
  /** Over all of which masks of another size are laid. */
  readonly video: Size;
}

/** Draws fills, then outlines, so that no fill hides an outline. */
export function paintMasks(context: Context, masks: readonly ObjectMask[], look: MaskLook): void {
  const { style, paths, video } = look;
  context.globalAlpha = style.fillOpacity;
  for (const { object, mask } of masks) {
    context.fillStyle = object.color;
    context.fill(paths.pathOf(mask, video), 'evenodd');
  }
  context.globalAlpha = 1;
  paintOutlines(context, masks, look);
}

/** Draws outlines over dark lines, the selected objects' stronger and on top. */
export function paintOutlines(
  context: Context,
  masks: readonly ObjectMask[],
  look: MaskLook & { readonly isDashed?: boolean },
): void {
  const { style, paths, video, isDashed = false } = look;
  if (style.outlineWidth === 0) return;
  const selectedLast = masks.toSorted(
    (a, b) => Number(a.object.isSelected) - Number(b.object.isSelected),
  );
  for (const { object, mask } of selectedLast) {
    const width = outlineCssPx(object, style) / style.viewport.scale;
    const halo = HALO_CSS_PX / style.viewport.scale;
    const path = paths.pathOf(mask, video);
    strokeHalo(context, path, width + 2 * halo);
    if (isDashed) context.setLineDash(DASH_WIDTHS.map((widths) => widths * width));
    strokeColour(context, path, { color: object.color, width });
    context.setLineDash([]);
  }
}

/**
 * Draws one white outline around several masks, outside of them all, so that it hides nothing that is
 * drawn on them, and looks like none of it.
 */
export function paintOutlineAround(
  context: Context,
  masks: readonly ObjectMask[],
  look: MaskLook,
): void {
  const { style, paths, video } = look;
  const { scale } = style.viewport;
  if (style.outlineWidth === 0) return;
  context.save();
  const outlines = masks.map(({ object, mask }) => ({ object, path: paths.pathOf(mask, video) }));
  for (const { path } of outlines) clipOutside(context, path, video);
  // Half of each line lies inside and is cut off.
  for (const { object, path } of outlines) {
    strokeHalo(context, path, (2 * (outlineCssPx(object, style) + HALO_CSS_PX)) / scale);
  }
  for (const { object, path } of outlines) {
    const width = (2 * outlineCssPx(object, style)) / scale;
    strokeColour(context, path, { color: AROUND_COLOUR, width });
  }
  context.restore();
}

function outlineCssPx({ isSelected }: ObjectMask['object'], style: MaskLook['style']): number {
  return style.outlineWidth * (isSelected ? SELECTED_OUTLINE_FACTOR : 1);
}

function strokeHalo(context: Context, path: Path2D, width: number): void {
  strokeColour(context, path, { color: HALO_COLOUR, width });
}

function strokeColour(
  context: Context,
  path: Path2D,
  { color, width }: { readonly color: string; readonly width: number },
): void {
  context.lineJoin = 'round';
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke(path);
}

function clipOutside(context: Context, path: Path2D, { width, height }: Size): void {
  const outside = new Path2D();
  outside.rect(0, 0, width, height);
  outside.addPath(path);
  context.clip(outside, 'evenodd');
}
