import { expect, test, type Page } from '@playwright/test';
import { pageTasksDuring } from './page-tasks.ts';
import { Studio } from './studio.ts';

const VIDEO = { width: 640, height: 360 };
const FRAMES = 40;
/** From here on, a user feels that the page does not answer. */
const LONG_TASK_MS = 50;

test('while two objects are tracked, the page’s thread is never busy for long', async ({
  browser,
  page,
}) => {
  test.setTimeout(300_000);
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  await studio.setModel('WASM', 128);
  await studio.clickVideo({ x: 438, y: 262 }, VIDEO);
  await studio.answered();
  await studio.selectObject(2);
  await studio.clickVideo({ x: 285, y: 250 }, VIDEO);
  await studio.answered();
  await watchLongTasks(page);
  const tasks = await pageTasksDuring({ browser, page }, () => studio.trackSome(FRAMES));
  const long = await longTasks(page);

  const most = Math.max(...tasks.map(({ workMs }) => workMs));
  const work = tasks.reduce((sum, { workMs }) => sum + workMs, 0);
  const waited = tasks.filter(({ wallMs }) => wallMs > LONG_TASK_MS);
  const said =
    `${tasks.length} tasks of the page, the longest worked ${most.toFixed(1)} ms, all ` +
    `${(work / FRAMES).toFixed(1)} ms a frame; ${long.length} took over ${LONG_TASK_MS} ms, ` +
    `waiting included, at most ${Math.max(0, ...waited.map((one) => one.wallMs)).toFixed(0)} ms`;
  console.log(said);
  test.info().annotations.push({ type: 'tasks', description: said });
  expect(tasks.length, 'the trace has the page’s tasks').toBeGreaterThan(FRAMES);
  expect(work).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(LONG_TASK_MS);
});

async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { longTasks: seen });
    new PerformanceObserver((list) => {
      seen.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask' });
  });
}

async function longTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => (globalThis as { longTasks?: number[] }).longTasks ?? []);
}
