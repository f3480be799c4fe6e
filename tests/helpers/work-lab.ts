import { videoPoint } from '../../src/core/geometry.ts';
import { frameIndex, objectId, type ObjectId } from '../../src/core/ids.ts';
import type { PointPrompt } from '../../src/core/prompts.ts';
import type { StudioState } from '../../src/store/studio-state.ts';
import { summaryAt } from '../../src/store/summary-track.ts';
import type { FakeInference } from './fake-inference.ts';
import { buildFakeStudio, type FakeStudio } from './fake-studio.ts';
import { until } from './until.ts';

/** Starts studios and ends them after each test. */
export class StudioShelf implements Disposable {
  readonly #open: FakeStudio[] = [];

  start(options: Parameters<typeof buildFakeStudio>[0] = {}): FakeStudio {
    const studio = buildFakeStudio(options);
    this.#open.push(studio);
    return studio;
  }

  /** A studio with a clip, a model and a session. */
  async ready(options: Parameters<typeof buildFakeStudio>[0] = {}): Promise<FakeStudio> {
    const studio = this.start(options);
    await studio.actions.video.openFiles([clip()]);
    await studio.actions.models.loadBundled();
    await until(() => studio.store.getState().models.engine.status === 'ready', 'it is ready');
    return studio;
  }

  /** Ends a page as a crash does: nothing is told to anybody. */
  crash(studio: FakeStudio): void {
    this.#open.splice(this.#open.indexOf(studio), 1);
    studio[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    for (const studio of this.#open.splice(0)) studio[Symbol.dispose]();
  }
}

export function clip(content = 'clip', name = 'kitchen.mp4'): File {
  return new File([content], name, { type: 'video/mp4' });
}

/** The engine that was started last. */
export function engineOf({ engines }: Pick<FakeStudio, 'engines'>): FakeInference {
  const last = engines.at(-1);
  if (last === undefined) throw new Error('no engine was started');
  return last;
}

interface ClickedPlace {
  readonly frame: number;
  readonly id: ObjectId;
  readonly x?: number;
}

/** Goes to a frame, clicks an object there, and waits for its mask. */
export async function clickOn(
  { store, actions }: Pick<FakeStudio, 'store' | 'actions'>,
  { frame, id, x = 100 }: ClickedPlace,
): Promise<void> {
  const state = () => store.getState();
  actions.playback.seekTo(frame);
  await until(() => Number(state().playback.shownFrame) === frame, `frame ${frame} is shown`);
  actions.tracklets.select(id);
  actions.prompts.addPoint(videoPoint(x, 50), 'positive');
  const summaries = () => state().tracklets.items.find((item) => item.id === id)?.summaries;
  await until(
    () =>
      state().models.activity === undefined && summaryAt(summaries(), frame)?.origin === 'prompt',
    'the click is answered',
  );
}

/** Clicks on the shown frame and waits until the workers and the page have nothing to do any more. */
export async function click(
  studio: FakeStudio,
  x = 100,
  label: PointPrompt['label'] = 'positive',
): Promise<void> {
  studio.actions.prompts.addPoint(videoPoint(x, 50), label);
  await rest(studio);
}

const LOOK_MS = 3;
const QUIET_LOOKS = 6;

/** Resolves when workers and page have nothing to do any more. */
export async function rest(studio: FakeStudio): Promise<void> {
  let before: StudioState | undefined;
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const state = studio.store.getState();
    const { activity, engine } = state.models;
    const isBusy =
      activity !== undefined || engine.status === 'starting' || engine.status === 'recovering';
    if (isBusy || state !== before) quiet = 0;
    before = state;
  }
}

/** Prompts, decisions about memories, objects and masks, as a user sees them. */
export function workOf({ store }: FakeStudio) {
  const { prompts, memory, tracklets, video } = store.getState();
  return {
    prompts: prompts.byObject,
    memory: memory.byObject,
    objects: tracklets.items.map(({ id, name, color, summaries }) => ({
      id,
      name,
      color,
      masks: Array.from({ length: video.info?.frameCount ?? 0 }, (_, frame) => {
        const summary = summaryAt(summaries, frameIndex(frame));
        // Whether the model remembers the mask is not seen.
        return summary?.origin === 'kept' ? { ...summary, origin: 'tracked' } : summary;
      }),
    })),
  };
}

/** The discs that the decode worker has, by object and frame. */
export function discsOf({ media, store }: FakeStudio) {
  return store.getState().tracklets.items.map(({ id }) =>
    media.masks
      .frames(id)
      .map((frame) => [frame, media.masks.get(id, frame)] as const)
      .sort(([a], [b]) => a - b),
  );
}

export function seenObject(studio: FakeStudio, id = 1) {
  const found = studio.store.getState().tracklets.items.find((item) => item.id === objectId(id));
  if (found === undefined) throw new Error(`no object ${id}`);
  return found;
}

export function shownAlerts(studio: FakeStudio): string[] {
  return studio.store
    .getState()
    .alerts.log.filter((alert) => alert.isShown)
    .map((alert) => `${alert.severity}: ${alert.message}`);
}
