import { videoPoint } from '../../core/geometry.ts';
import { objectId, type FrameIndex } from '../../core/ids.ts';
import type { PlacedClicks } from '../../core/prompts.ts';
import type { SummarisedMask } from '../../protocol/media-api.ts';
import { SegmentationSession } from '../session/segmentation-session.ts';
import type { BenchmarkScene } from './benchmark-scene.ts';
import type { Measuring } from './measuring.ts';
import { SceneMedia } from './scene-media.ts';

/** Beside the open clip's own session, which stays as it is. */
const BUDGETS = { featureBytes: 64 * 2 ** 20, recentStateBytes: 64 * 2 ** 20 };

/** A session on the scene, of the benchmark's own. The caller closes it. */
export function openSceneSession(
  { model, queue, scene }: Measuring,
  frameCount: number,
  onMasks?: (masks: readonly SummarisedMask[]) => void,
): SegmentationSession {
  const { graphs, kernels } = model;
  return new SegmentationSession({
    graphs,
    kernels,
    media: new SceneMedia(scene, onMasks),
    video: { ...scene.size, frameCount },
    queue,
    corrections: 'keep',
    budgets: BUDGETS,
  });
}

/**
 * One click on the middle of one of the scene's eight objects.
 * @param id of the object in the session
 * @param shape 1 to 8
 */
export function clickOnObject(
  scene: BenchmarkScene,
  frame: FrameIndex,
  { id, shape }: { readonly id: number; readonly shape: number },
): PlacedClicks {
  const { x, y } = scene.centreOf(shape, frame);
  const points = [{ ...videoPoint(x, y), label: 'positive' as const }];
  return { objectId: objectId(id), frame, prompts: { kind: 'clicks', points } };
}
