import type { GroundTruthSlice } from '../../../src/store/ground-truth-slice.ts';
import { buildFakeTruth } from '../../helpers/fake-truth.ts';
import { until } from '../../helpers/until.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

type TruthOptions = Parameters<typeof buildFakeTruth>[0];

/** A page with three objects, a ground truth and its scores; no mask is there to be scored anew. */
export async function mountTruthStudio(
  options: TruthOptions,
  fields: Partial<GroundTruthSlice> = {},
): Promise<MountedStudio> {
  const studio = await mountOpenStudio({ info: { frameCount: options.frameCount } });
  studio.actions.tracklets.add();
  studio.actions.tracklets.add();
  setTruth(studio, { ...buildFakeTruth(options), ...fields });
  studio.actions.view.choosePanelTab('scores');
  await until(() => studio.element.querySelector('.gt-title') !== null, 'the scores are shown');
  return studio;
}

export function setTruth(studio: MountedStudio, fields: Partial<GroundTruthSlice>): void {
  studio.store.setState((state) => ({ groundTruth: { ...state.groundTruth, ...fields } }));
}
