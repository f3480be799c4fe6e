import { paintMasks, type MaskLook, type ObjectMask } from './paint-masks.ts';

/** Faint beside any mask, but there however faint masks are chosen to be. */
const FILL_OPACITY = 0.25;
/** Thin beside the outline of a selected mask, in CSS pixels. */
const OUTLINE_CSS_PX = 1.25;

/** Draws a mask that is only thought of: a thin outline and a light fill. */
export function paintPreview(
  context: OffscreenCanvasRenderingContext2D,
  preview: ObjectMask,
  look: MaskLook,
): void {
  const style = { ...look.style, fillOpacity: FILL_OPACITY, outlineWidth: OUTLINE_CSS_PX };
  paintMasks(context, [preview], { ...look, style });
}
