import type { TruthMask, TruthSequence } from '../../../src/core/ground-truth.ts';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { discMask } from '../../helpers/fake-masks.ts';
import type { FakeStudio } from '../../helpers/fake-studio.ts';
import { buildFakeTruth } from '../../helpers/fake-truth.ts';
import { SCENE_THINGS, thingAt } from '../../helpers/synthetic-scene.ts';
import { until } from '../../helpers/until.ts';

/** Of the true masks; small, since they are counted on the page's own thread. */
const SIZE = { width: 480, height: 270 };

interface HarnessTruth {
  readonly frameCount: number;
  readonly sequenceCount: number;
  readonly unmatched: number;
  /** Whether the things are clicked and tracked, so that there are scores. */
  readonly isTracked: boolean;
}

/** Opens a clip with true masks of the scene's things, which are scored by the real code. */
export async function openHarnessTruth(studio: FakeStudio, options: HarnessTruth): Promise<void> {
  const { frameCount, unmatched } = options;
  const { actions, exporter, media } = studio;
  const sequenceNames = Array.from({ length: options.sequenceCount }, (_, at) => {
    return `P01_107_seq_${String(at + 1).padStart(5, '0')}`;
  });
  const names = ['chopping board', 'mug', 'right hand'];
  const { truth } = buildFakeTruth({ frameCount, sequenceNames, unmatched, names });
  if (truth === undefined) return;
  const sequences = truth.sequences.map((sequence) => ({ ...sequence, size: SIZE }));
  await actions.video.openFiles([new File(['clip'], 'P01_107.mp4', { type: 'video/mp4' })]);
  for (const sequence of sequences) putMasks(media.truth, sequence);
  exporter.truthOutcome = { ...truth, sequences };
  exporter.stepMs = 10;
  await until(() => studio.store.getState().models.engine.status === 'ready', 'a model is ready');
  if (options.isTracked) await trackThings(studio, names);
  await actions.groundTruth.openPicked([new File(['{}'.repeat(2e6)], truth.name)]);
  actions.view.choosePanelTab('scores');
}

function putMasks(truth: Map<string, readonly TruthMask[]>, sequence: TruthSequence): void {
  for (const { frame } of sequence.frames) {
    const masks = SCENE_THINGS.map((_, at) => ({
      truthId: at + 1,
      mask: discMask(thingAt(at, frame, SIZE), SIZE),
    }));
    truth.set(`${sequence.name}/${frame}`, masks);
  }
}

async function trackThings({ actions, store }: FakeStudio, names: readonly string[]) {
  const { info } = store.getState().video;
  if (info === undefined) return;
  for (const [at, name] of names.entries()) {
    const id = at === 0 ? objectId(1) : actions.tracklets.add();
    if (id === undefined) return;
    actions.tracklets.rename(id, name);
    const { x, y } = thingAt(at, frameIndex(0), info);
    actions.prompts.addPoint(videoPoint(x, y), 'positive');
  }
  await until(() => store.getState().models.activity === undefined, 'the clicks are answered');
  await actions.propagation.track('forward', 'all');
}
