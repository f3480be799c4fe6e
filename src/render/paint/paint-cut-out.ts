import { paintFrame, withinObjects, type PaintContext, type Scene } from '../scene.ts';

/**
 * The objects as they are, all else in one colour.
 * @param background `#rrggbb`; absent: transparent
 */
export function paintCutOut(
  context: PaintContext,
  scene: Scene,
  background: string | undefined,
): void {
  const { width, height } = scene.size;
  context.clearRect(0, 0, width, height);
  if (background !== undefined) {
    context.fillStyle = background;
    context.fillRect(0, 0, width, height);
  }
  withinObjects(context, scene, () => paintFrame(context, scene));
}
