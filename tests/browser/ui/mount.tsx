import { createRoot } from 'react-dom/client';
import { App } from '../../../src/ui/app.tsx';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { syntheticScene } from '../../helpers/synthetic-scene.ts';
import { until } from '../../helpers/until.ts';

export interface MountedStudio extends FakeStudio {
  readonly element: HTMLElement;
}

/** The whole page with fake workers, as large as the test's window. */
export async function mountStudio(
  options: Parameters<typeof buildFakeStudio>[0] = {},
): Promise<MountedStudio> {
  const studio = buildFakeStudio({
    scene: syntheticScene,
    ...options,
    services: { requestFrame: (callback) => requestAnimationFrame(callback), ...options.services },
  });
  const element = document.createElement('div');
  element.id = 'root';
  document.body.append(element);
  const root = createRoot(element);
  root.render(<App studio={studio} />);
  await until(() => element.querySelector('.shell') !== null, 'the page is drawn');
  const dispose = studio[Symbol.dispose].bind(studio);
  return Object.assign(studio, {
    element,
    [Symbol.dispose]() {
      root.unmount();
      element.remove();
      dispose();
    },
  });
}

/** A page with a clip and a model, ready for the first click. */
export async function mountOpenStudio(
  options: Parameters<typeof buildFakeStudio>[0] = {},
): Promise<MountedStudio> {
  const studio = await mountStudio(options);
  await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  await studio.actions.models.loadBundled();
  await until(() => studio.store.getState().models.engine.status === 'ready', 'it is ready');
  return studio;
}
