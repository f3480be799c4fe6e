import type { GroundTruthSlice } from '../../store/ground-truth-slice.ts';
import type { Studio } from '../../store/studio-store.ts';

/**
 * Shows masks and ground truth in this way, or the masks alone where they are shown so already, so
 * that pressing a key again and again flickers between the two. Nothing without a ground truth.
 */
export function toggleComparison(
  view: Exclude<GroundTruthSlice['view'], 'masks'>,
  { actions, store }: Pick<Studio, 'actions' | 'store'>,
): void {
  const { groundTruth } = store.getState();
  if (groundTruth.truth === undefined) return;
  actions.groundTruth.showView(groundTruth.view === view ? 'masks' : view);
}
