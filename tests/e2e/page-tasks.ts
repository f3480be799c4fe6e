import type { Browser, Page } from '@playwright/test';

/** A task of the page's own thread. */
export interface PageTask {
  /** From its beginning to its end, waiting for a core included. */
  readonly wallMs: number;
  /** What the thread worked for in it. */
  readonly workMs: number;
}

/** Of Chromium's trace; times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const TASKS = ['disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata'];

/**
 * Every task that the page's thread runs meanwhile. A trace tells work from waiting, which the
 * browser's own entries of long tasks cannot: where workers keep all cores busy, a task of a
 * millisecond may take a hundred.
 */
export async function pageTasksDuring(
  { browser, page }: { readonly browser: Browser; readonly page: Page },
  action: () => Promise<void>,
): Promise<readonly PageTask[]> {
  await browser.startTracing(page, { categories: TASKS });
  await action();
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const pages = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(placeOf),
  );
  return traceEvents
    .filter((event) => event.name === 'RunTask' && event.ph === 'X' && pages.has(placeOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, workMs: tdur / 1000 }));
}

function placeOf({ pid, tid }: TraceEvent): string {
  return `${pid}/${tid}`;
}
