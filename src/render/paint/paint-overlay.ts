import { paintMasks } from '../../media/stage/paint-masks.ts';
import { paintFrame, type PaintContext, type Scene } from '../scene.ts';

/** How fills and outlines look. */
export interface OverlayStyle {
  /** 0..1 */
  readonly fillOpacity: number;
  /** Pixels of a picture 720 pixels high; 0 draws none. */
  readonly outlineAt720: number;
}

/** The height of a picture for which lengths of looks are given. */
export const REFERENCE_HEIGHT = 720;

/** The frame with fills and outlines, drawn as the stage draws them. */
export function paintOverlay(context: PaintContext, scene: Scene, style: OverlayStyle): void {
  const { size, masks, paths } = scene;
  context.save();
  context.beginPath();
  context.rect(0, 0, size.width, size.height);
  context.clip();
  paintFrame(context, scene);
  paintMasks(
    context,
    masks.map(({ color, mask }) => ({ object: { color, isSelected: false }, mask })),
    {
      style: {
        fillOpacity: style.fillOpacity,
        outlineWidth: style.outlineAt720,
        viewport: { scale: REFERENCE_HEIGHT / size.height, offsetX: 0, offsetY: 0 },
      },
      paths,
      video: size,
    },
  );
  context.restore();
}

/** The frame alone at the left, with fills and outlines at the right; twice as wide. */
export function paintSideBySide(context: PaintContext, scene: Scene, style: OverlayStyle): void {
  paintFrame(context, scene);
  context.save();
  context.translate(scene.size.width, 0);
  paintOverlay(context, scene, style);
  context.restore();
}
