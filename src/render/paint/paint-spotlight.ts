import { paintFrame, withinObjects, type PaintContext, type Scene } from '../scene.ts';

/**
 * The objects as they are, all else darkened.
 * @param darkness how much light the rest loses, 0..1
 */
export function paintSpotlight(context: PaintContext, scene: Scene, darkness: number): void {
  paintFrame(context, scene);
  context.fillStyle = `rgb(0 0 0 / ${darkness})`;
  context.fillRect(0, 0, scene.size.width, scene.size.height);
  withinObjects(context, scene, () => paintFrame(context, scene));
}
