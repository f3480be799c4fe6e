import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createRoot } from 'react-dom/client';
import { createStore } from 'zustand/vanilla';
import type { ObjectId } from '../../../src/core/ids.ts';
import type { MaskSummary } from '../../../src/core/prompts.ts';
import type { MetricScore, ScoreReport } from '../../../src/core/scores.ts';
import type { SequenceScoring } from '../../../src/store/ground-truth-slice.ts';
import { INITIAL_STATE, type StudioState } from '../../../src/store/studio-state.ts';
import { withSummaries } from '../../../src/store/summary-track.ts';
import { TooltipProvider } from '../../../src/ui/primitives/tooltip.tsx';
import { ClickHistory } from '../../../src/ui/scores/click-history.tsx';
import { StudioProvider } from '../../../src/ui/studio-context.tsx';
import type { MountedStudio } from './mount.tsx';
import { mountTruthStudio, setTruth } from './mount-truth.ts';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1440, 900);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
  vi.restoreAllMocks();
});

const SEQUENCES = ['P01_107_seq_00001', 'P01_107_seq_00002', 'P01_107_seq_00010'];

async function openReport(
  change: (report: ScoreReport) => ScoreReport = (report) => report,
): Promise<MountedStudio> {
  mounted = await mountTruthStudio({ frameCount: 240, spacing: 20, sequenceNames: SEQUENCES });
  const { report } = state(mounted).groundTruth;
  if (report === undefined) throw new Error('there is a report');
  setTruth(mounted, { report: change(report) });
  mounted.actions.view.openDialog({ kind: 'scores' });
  await expect.element(page.getByRole('dialog', { name: 'Scores' })).toBeVisible();
  return mounted;
}

const state = (studio: MountedStudio) => studio.store.getState();
const tab = (name: RegExp) => page.getByRole('dialog').getByRole('tab', { name });
const table = (name: string) => page.getByRole('dialog').getByRole('table', { name });

function cells(name: string, column: number): string[] {
  const rows = table(name).element().querySelectorAll('tbody tr');
  return [...rows].map((row) => row.children[column]?.textContent ?? '');
}

/** Sequences with means of 20, 90 and NaN. */
function uneven(report: ScoreReport): ScoreReport {
  const means = [0.9, 0.2, Number.NaN];
  return {
    ...report,
    sequences: report.sequences.map(({ name, score }, at) => {
      const mean = means[at] ?? 0;
      const metric = { ...score.region, mean };
      return { name, score: { ...score, mean, region: metric, boundary: metric } };
    }),
  };
}

test('titles sort the table, say so, and the worst come first', async () => {
  await openReport(uneven);
  const title = table('Scores of each sequence').getByRole('columnheader', { name: 'J&F' });
  await expect.element(title).toHaveAttribute('aria-sort', 'none');
  const sort = title.getByRole('button');
  await sort.click();
  await expect.element(title).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(() => cells('Scores of each sequence', 2)).toEqual(['20.0', '90.0', 'NaN']);
  await sort.click();
  await expect.element(title).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(() => cells('Scores of each sequence', 2)).toEqual(['90.0', '20.0', 'NaN']);
  const names = table('Scores of each sequence').getByRole('columnheader', { name: 'Sequence' });
  await names.getByRole('button').click();
  await expect.element(title).toHaveAttribute('aria-sort', 'none');
  await expect.poll(() => cells('Scores of each sequence', 0)).toEqual(SEQUENCES);
});

test('a row selects its sequence, with the mouse and with the keyboard', async () => {
  const studio = await openReport();
  await table('Scores of each sequence').getByRole('cell').nth(12).click();
  expect(state(studio).groundTruth.sequence).toBe(SEQUENCES[1]);
  const button = page.getByRole('button', { name: SEQUENCES[2] ?? '' });
  const element = button.element();
  if (element instanceof HTMLElement) element.focus();
  await userEvent.keyboard('{Enter}');
  expect(state(studio).groundTruth.sequence).toBe(SEQUENCES[2]);
  await expect.element(button).toHaveAttribute('aria-current', 'true');
  await expect.element(tab(/^Curves/)).toHaveTextContent(SEQUENCES[2] ?? '');
});

test('an object of the table is selected with its sequence', async () => {
  const studio = await openReport();
  studio.actions.tracklets.select(undefined);
  await tab(/^Objects/).click();
  await expect
    .poll(() => cells('Scores of each object', 1))
    .toEqual(SEQUENCES.flatMap((name) => [name, name, name]));
  const row = table('Scores of each object').getByRole('row').nth(5);
  await row.getByRole('button').click();
  expect(state(studio).groundTruth.sequence).toBe(SEQUENCES[1]);
  expect(state(studio).tracklets.selectedId).toBe(2);
});

test('the right decay stands beside the official one only where they differ', async () => {
  await openReport();
  expect(page.getByRole('columnheader', { name: 'corrected' }).elements()).toHaveLength(0);
  mounted?.[Symbol.dispose]();
  const wrong = (metric: MetricScore) => ({ ...metric, decay: Number.NaN, correctedDecay: 0.123 });
  await openReport((report) => ({
    ...report,
    overall: { ...report.overall, region: wrong(report.overall.region) },
    notices: ['Decay is NaN or wrong in the official code.'],
  }));
  const overall = table('Overall scores');
  await expect
    .element(overall.getByRole('columnheader', { name: 'corrected' }).first())
    .toBeVisible();
  expect(overall.element().querySelector('tbody')?.textContent).toMatch(/NaN12\.3/);
  await expect.element(page.getByText('Decay is NaN or wrong in the official code.')).toBeVisible();
});

test('unseen kitchens have a line of their own where the report has them', async () => {
  const studio = await openReport((report) => ({ ...report, unseenKitchens: report.overall }));
  await expect.poll(() => cells('Overall scores', 0)).toEqual(['All objects', 'Unseen kitchens']);
  const { report } = state(studio).groundTruth;
  const { unseenKitchens: _gone, ...seen } = report ?? never();
  setTruth(studio, { report: seen });
  await expect.poll(() => cells('Overall scores', 0)).toEqual(['All objects']);
});

test('the distribution counts every object once, as a chart and as a table', async () => {
  const studio = await openReport();
  await tab(/^Distribution/).click();
  await expect.poll(() => document.querySelector('.dialog .plot canvas')).not.toBeNull();
  await page.getByRole('dialog').getByRole('button', { name: 'Show as a table' }).click();
  const counts = cells('Distribution of J&F over objects', 1).map(Number);
  expect(counts).toHaveLength(20);
  const { report } = state(studio).groundTruth;
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(report?.objects.length);
});

test('the clicks of the sequence in view are told, as a chart and as a table', async () => {
  const studio = await openReport();
  studio.actions.view.closeDialog();
  const { groundTruth } = state(studio);
  const [name = ''] = SEQUENCES;
  const scoring = groundTruth.scoring[name] ?? never();
  // A store of its own: in the studio's, scoring goes on and has no clicks to tell of.
  const store = createStore<StudioState>()(() => INITIAL_STATE);
  const show = (history: SequenceScoring['history']) =>
    store.setState({
      groundTruth: { ...groundTruth, scoring: { [name]: { ...scoring, history } } },
    });
  show([]);
  const element = document.createElement('div');
  document.body.append(element);
  const root = createRoot(element);
  root.render(
    <StudioProvider studio={{ ...studio, store }}>
      <TooltipProvider>
        <ClickHistory />
      </TooltipProvider>
    </StudioProvider>,
  );
  await expect.element(page.getByText(/^Nothing was scored after a click yet/)).toBeVisible();
  show([
    { clicks: 0, mean: 0.5 },
    { clicks: 4, mean: 0.7125 },
  ]);
  await expect.element(page.getByText('J&F 71.3 after 4 clicks (points and boxes).')).toBeVisible();
  const own = page.elementLocator(element);
  await own.getByRole('button', { name: 'Show as a table' }).click();
  const clicks = own.getByRole('table', { name: 'J&F by clicks' }).element();
  expect([...clicks.querySelectorAll('tbody tr')].map((row) => row.textContent)).toEqual([
    '050.0',
    '471.3',
  ]);
  root.unmount();
  element.remove();
});

test('a table is copied as it stands', async () => {
  await openReport(uneven);
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await table('Scores of each sequence')
    .getByRole('columnheader', { name: 'J&F' })
    .getByRole('button')
    .click();
  await page.getByRole('button', { name: 'Copy the table' }).click();
  const lines = write.mock.calls[0]?.[0].split('\n') ?? [];
  expect(lines[0]?.split('\t').slice(0, 3)).toEqual(['Sequence', 'Objects', 'J&F']);
  expect(lines.slice(1).map((line) => line.split('\t')[2])).toEqual(['20.0', '90.0', 'NaN']);
});

test('what cannot be exported says why, and what to do', async () => {
  const studio = await openReport();
  const exports = page.getByRole('group', { name: 'Export' });
  const results = exports.getByRole('button', { name: 'DAVIS results…' });
  await expect.element(exports.getByRole('button', { name: 'CSV…' })).toBeEnabled();
  await expect.element(results).toBeDisabled();
  await expect
    .element(results)
    .toHaveAccessibleDescription(
      'Challenge submission and DAVIS results: There are no masks to write yet. ' +
        'Say which object is which, and track them; or run the protocol.',
    );
  coverTruth(studio);
  await expect.element(results).toBeEnabled();
  await expect.element(exports.getByText(/no masks/)).not.toBeInTheDocument();
  setTruth(studio, { report: undefined });
  await expect.element(exports.getByText(/^CSV and JSON: Nothing is scored yet\./)).toBeVisible();
});

/** Gives every object of the ground truth masks on all its frames. */
function coverTruth({ store }: MountedStudio): void {
  const { truth, scoring } = store.getState().groundTruth;
  const summaries = new Map<ObjectId, MaskSummary[]>();
  for (const { name, frames } of truth?.sequences ?? []) {
    for (const objectId of Object.values(scoring[name]?.assigned ?? {})) {
      const given = frames.map(({ frame }) => ({
        objectId,
        frame,
        areaPx: 9,
        origin: 'tracked' as const,
      }));
      summaries.set(objectId, [...(summaries.get(objectId) ?? []), ...given]);
    }
  }
  store.setState(({ tracklets }) => ({
    tracklets: {
      ...tracklets,
      items: tracklets.items.map((item) => ({
        ...item,
        summaries: withSummaries(item.summaries, summaries.get(item.id) ?? []),
      })),
    },
  }));
}

test.each([
  ['CSV…', 'csv'],
  ['JSON…', 'json'],
  ['Challenge submission…', 'visor-submission'],
  ['DAVIS results…', 'davis-results'],
] as const)('%s is exported', async (name, kind) => {
  const studio = await openReport();
  // Masks are scored anew, and the harness has none of them.
  if (kind !== 'csv' && kind !== 'json') coverTruth(studio);
  const exported = vi.spyOn(studio.actions.groundTruth, 'exportScores').mockResolvedValue();
  await page.getByRole('dialog').getByRole('button', { name }).click();
  expect(exported).toHaveBeenCalledExactlyOnceWith(kind);
});

test.each([
  [1440, 900],
  [1024, 700],
])('everything is within the window at %i × %i', async (width, height) => {
  await page.viewport(width, height);
  await openReport();
  for (const name of [/^Sequences/, /^Objects/, /^Distribution/, /^Curves/, /^Clicks/]) {
    await tab(name).click();
    const dialog = page.getByRole('dialog').element();
    expect(dialog.scrollHeight).toBeLessThanOrEqual(dialog.clientHeight);
    const exports = page.getByRole('dialog').getByRole('button', { name: 'CSV…' }).element();
    expect(exports.getBoundingClientRect().bottom).toBeLessThan(height);
    const panel = page.getByRole('dialog').getByRole('tabpanel').element();
    expect(panel.getBoundingClientRect().height).toBeGreaterThan(200);
  }
});

function never(): never {
  throw new Error('it must be there');
}
