import { videoPoint } from '../../src/core/geometry.ts';
import { StudioError } from '../../src/core/errors.ts';
import type { ProjectRecord } from '../../src/storage/project-record.ts';
import type { FakeStorage, FakeStudio } from './fake-studio.ts';
import { until } from './until.ts';
import { clip, discsOf, rest, workOf, type StudioShelf } from './work-lab.ts';

/** Everything that the user was told. */
export const log = ({ store }: FakeStudio) => store.getState().alerts.log;
/** The projects that the start page lists. */
export const recentOf = ({ store }: FakeStudio) => store.getState().recent.projects;

/** Clicks on the shown frame and waits for nothing. */
export function press({ actions }: FakeStudio, x = 100): void {
  actions.prompts.addPoint(videoPoint(x, 50), 'positive');
}

/** Everything that is saved of projects but their masks. */
export async function recordsIn({ records }: FakeStorage): Promise<ProjectRecord[]> {
  // Nothing else is written there.
  return (await records.values()) as ProjectRecord[];
}

/** Two objects, one of them tracked; then the page is gone. */
export async function worked(
  shelf: StudioShelf,
  saved: FakeStorage,
  open: (studio: FakeStudio) => Promise<void>,
) {
  const studio = shelf.start({ saved });
  await open(studio);
  await studio.actions.models.loadBundled();
  press(studio);
  await rest(studio);
  await studio.actions.propagation.track('forward', 'all');
  studio.actions.tracklets.add();
  studio.actions.playback.seekTo(23);
  await until(() => studio.store.getState().playback.shownFrame === 23, 'the last frame is shown');
  press(studio, 300);
  await rest(studio);
  studio.actions.recent.saveNow();
  await rest(studio);
  const left = { ...workOf(studio), discs: discsOf(studio) };
  shelf.crash(studio);
  return left;
}

/** Opens the clip as if it were dropped. */
export const pick = (studio: FakeStudio) => studio.actions.video.openFiles([clip()]);

/** Another tab has the project open. */
export function inUse(): StudioError {
  return new StudioError('project-in-use', 'This project is open in another tab.');
}
