import { assertNever } from '../../core/assert.ts';
import type { VideoLook } from '../../protocol/export-format.ts';
import type { PaintContext, Scene } from '../scene.ts';
import { paintCutOut } from './paint-cut-out.ts';
import { paintMatte } from './paint-matte.ts';
import { paintObscured } from './paint-obscured.ts';
import { paintOverlay, paintSideBySide, REFERENCE_HEIGHT } from './paint-overlay.ts';
import { paintSpotlight } from './paint-spotlight.ts';

/** Whether the look computes with pixels, so that its scenes need `rgba`. */
export function readsPixels({ kind }: VideoLook): boolean {
  return kind === 'blur' || kind === 'pixelate';
}

/** Whether the look's pictures let through what lies behind them. */
export function isSeeThrough(look: VideoLook): boolean {
  return look.kind === 'cut-out' && look.background === undefined;
}

/** Draws one picture of a video. */
export function paintLook(context: PaintContext, scene: Scene, look: VideoLook): void {
  switch (look.kind) {
    case 'overlay':
      return paintOverlay(context, scene, look);
    case 'side-by-side':
      return paintSideBySide(context, scene, look);
    case 'matte':
      return paintMatte(context, scene);
    case 'cut-out':
      return paintCutOut(context, scene, look.background);
    case 'blur':
    case 'pixelate': {
      const strengthPx = (look.strengthAt720 * scene.size.height) / REFERENCE_HEIGHT;
      return paintObscured(context, scene, { kind: look.kind, region: look.region, strengthPx });
    }
    case 'spotlight':
      return paintSpotlight(context, scene, look.darkness);
    default:
      return assertNever(look);
  }
}
