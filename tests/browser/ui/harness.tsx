import { createRoot } from 'react-dom/client';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { App } from '../../../src/ui/app.tsx';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { buildFakeTruth } from '../../helpers/fake-truth.ts';
import { syntheticScene } from '../../helpers/synthetic-scene.ts';

// The page with fake workers, for working on the UI alone: open it on the development server as
// /tests/browser/ui/harness.html, with ?backend=wasm, ?frames=10000 or ?delay=200 behind it.
// ?truth=1 opens a clip with a ground truth and scores, ?truth=5 one of five sequences.
const query = new URLSearchParams(location.search);
const frameCount = Number(query.get('frames') ?? 300);
const studio = buildFakeStudio({
  info: { width: 1920, height: 1080, frameCount },
  backend: query.get('backend') === 'wasm' ? 'wasm' : 'webgpu',
  delayMs: Number(query.get('delay') ?? 30),
  absentFrames: (frame) => frame % 120 > 95,
  scene: syntheticScene,
  services: { requestFrame: (callback) => requestAnimationFrame(callback) },
});
Object.assign(window, { studio });
// The fake engine's masks do not reach the fake stage by themselves.
studio.store.subscribe((state, before) => {
  if (state.tracklets !== before.tracklets) studio.media.redraw();
});
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App studio={studio} />);
void studio.actions.models.loadBundled();
const sequenceCount = Number(query.get('truth') ?? 0);
if (sequenceCount > 0) void openTruth(studio);

async function openTruth({ actions, store }: FakeStudio): Promise<void> {
  await actions.video.openFiles([new File(['clip'], 'P01_107.mp4', { type: 'video/mp4' })]);
  actions.tracklets.add();
  actions.tracklets.add();
  const sequenceNames = Array.from({ length: sequenceCount }, (_, at) => {
    return `P01_107_seq_${String(at + 1).padStart(5, '0')}`;
  });
  const unmatched = Number(query.get('unmatched') ?? 0);
  const scored = Number(query.get('scored') ?? 0.75);
  const groundTruth = buildFakeTruth({ frameCount, sequenceNames, unmatched, scored });
  const name = sequenceNames[0] ?? '';
  const scoring = groundTruth.scoring[name];
  const lastChange = {
    objectId: objectId(2),
    truthId: 2,
    frame: frameIndex(120),
    stem: 'P01_107_frame_0000000275',
    before: 0.612,
    after: 0.845,
    clicks: 3,
  };
  store.setState({
    groundTruth:
      scoring === undefined
        ? groundTruth
        : {
            ...groundTruth,
            scoring: { ...groundTruth.scoring, [name]: { ...scoring, lastChange } },
          },
  });
  actions.view.choosePanelTab('scores');
}
