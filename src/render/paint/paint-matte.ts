import { objectsPath, type PaintContext, type Scene } from '../scene.ts';

/** The objects white, all else black. */
export function paintMatte(context: PaintContext, scene: Scene): void {
  context.fillStyle = '#000000';
  context.fillRect(0, 0, scene.size.width, scene.size.height);
  context.fillStyle = '#ffffff';
  context.fill(objectsPath(scene), 'nonzero');
}
