import { createRoot } from 'react-dom/client';
import { App } from '../../../src/ui/app.tsx';
import { buildFakeStudio } from '../../helpers/fake-studio.ts';
import { syntheticScene } from '../../helpers/synthetic-scene.ts';
import { openHarnessTruth } from './harness-truth.ts';

// The page with fake workers, for working on the UI alone: open it on the development server as
// /tests/browser/ui/harness.html, with ?backend=wasm, ?frames=10000 or ?delay=200 behind it.
// ?truth=1 opens a clip with a ground truth, ?truth=5 one of five sequences; &tracked tracks its
// objects, so that there are scores, &doubts makes some of their masks doubtful, and &unmatched=2 leaves two of its frames off the clip.
const query = new URLSearchParams(location.search);
const frameCount = Number(query.get('frames') ?? 300);
const studio = buildFakeStudio({
  info: { width: 1920, height: 1080, frameCount },
  backend: query.get('backend') === 'wasm' ? 'wasm' : 'webgpu',
  delayMs: Number(query.get('delay') ?? 30),
  absentFrames: (frame) => frame % 120 > 95,
  ...(query.has('doubts') ? { opinions: doubts } : {}),
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
if (sequenceCount > 0) {
  void openHarnessTruth(studio, {
    frameCount,
    sequenceCount,
    unmatched: Number(query.get('unmatched') ?? 0),
    isTracked: query.has('tracked'),
  });
}

function doubts(object: number, frame: number) {
  const wave = Math.sin((frame + 40 * object) / 17) + Math.sin(frame / 5.3);
  const usual = { predictedIou: 0.88 + 0.05 * wave, objectScoreLogit: 7.5 };
  if (frame % 120 > 95) return { ...usual, objectScoreLogit: -5 };
  if (object === 1 && frame === 60) return { ...usual, areaPx: 120_000 };
  if (object === 2 && frame > 130 && frame < 142) return { ...usual, predictedIou: 0.38 };
  if (object === 3 && frame % 120 === 95) return { ...usual, objectScoreLogit: 0.3 };
  return usual;
}
