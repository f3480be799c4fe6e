import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { buildMeasurement } from '../../helpers/fake-benchmark.ts';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let studio: MountedStudio;

beforeEach(async () => {
  await page.viewport(1024, 700);
  studio = await mountOpenStudio();
});

afterEach(() => studio[Symbol.dispose]());

const dialog = () => page.getByRole('dialog', { name: 'Benchmark this device' });
const button = (name: string | RegExp) => dialog().getByRole('button', { name });
const slice = () => studio.store.getState().benchmark;

const engine = () => engineOf(studio);

async function openDialog(): Promise<void> {
  studio.actions.view.openDialog({ kind: 'benchmark' });
  await expect.element(dialog()).toBeVisible();
}

async function run(): Promise<void> {
  await button('Run').click();
  await expect.element(button('Run again')).toBeVisible();
}

const rowsOf = (caption: string) =>
  [...document.querySelectorAll('.benchmark-table')]
    .filter((table) => table.querySelector('caption')?.textContent === caption)
    .flatMap((table) => [...table.querySelectorAll('tbody tr')])
    .map((row) => [...row.children].map((cell) => cell.textContent));

test('the model line and the palette lead to it', async () => {
  await page.getByRole('button', { name: /^Model:/ }).click();
  await page.getByRole('button', { name: 'Benchmark this device…' }).click();
  await expect.element(dialog()).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog()).not.toBeInTheDocument();
  await userEvent.keyboard('{Control>}k{/Control}');
  const field = page.getByRole('combobox', { name: 'Search actions' });
  await expect.element(field).toBeVisible();
  await userEvent.fill(field, 'benchmark');
  await userEvent.keyboard('{Enter}');
  await expect.element(dialog()).toBeVisible();
});

test('a run shows its stages, its tracks and what they were measured with', async () => {
  await openDialog();
  await run();
  await expect.poll(() => rowsOf('Stages')[1]).toEqual(['image encoder', '4.0', '5.0', '20']);
  await expect.poll(() => rowsOf('Stages')).toHaveLength(9);
  await expect
    .poll(() => rowsOf('Tracking, memory bank full'))
    .toEqual([
      ['1', '50.0', '20.0', '23.0', '25 %'],
      ['3', '25.0', '40.0', '45.0', '25 %'],
      ['8', '11.1', '90.0', '100', '25 %'],
    ]);
  const facts = document.querySelector('.benchmark-facts')?.textContent ?? '';
  expect(facts).toContain('WebGPU, apple metal-3');
  expect(facts).toContain('ONNX Runtime 1.30.0 (jspi)');
  expect(facts).toContain('306 MB in buffers');
  await expect.element(dialog().getByText('Nano is a demo model.')).toBeVisible();
  const element = dialog().element();
  expect(element.scrollWidth).toBeLessThanOrEqual(element.clientWidth);
});

test('Enter runs it at once, nothing moves as the result grows, and its buttons stay in sight', async () => {
  await openDialog();
  await expect.element(button('Run')).toHaveFocus();
  const before = button('Close').element().getBoundingClientRect().top;
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Run again')).toBeVisible();
  const content = dialog().element();
  expect(content.scrollHeight).toBeGreaterThan(content.clientHeight);
  expect(button('Close').element().getBoundingClientRect().top).toBe(before);
  await expect.element(button('Save JSON…')).toBeInViewport({ ratio: 1 });
});

test('progress says what is measured and how long it takes, and can be cancelled', async () => {
  engine().benchmarks.holdAfterBatches = 5;
  await openDialog();
  await button('Run').click();
  await expect.element(dialog().getByText('Measuring: image encoder')).toBeVisible();
  await expect.element(dialog().getByText('About 42 s left.')).toBeVisible();
  await expect.poll(() => rowsOf('Stages')).toHaveLength(5);
  await expect.element(button('Save JSON…')).toBeDisabled();
  await button('Cancel').click();
  await expect.element(button('Run again')).toBeVisible();
  await expect.poll(() => rowsOf('Stages')).toHaveLength(5);
  await expect
    .element(dialog().getByText('Cancelled: only what was finished is here.'))
    .toBeVisible();
  await expect.element(button('Save JSON…')).toBeEnabled();
});

test('closing it ends the run', async () => {
  engine().benchmarks.holdAfterBatches = 2;
  await openDialog();
  await button('Run').click();
  await until(() => slice().result !== undefined, 'it has begun');
  await userEvent.keyboard('{Escape}');
  await until(() => slice().running === undefined, 'the run has ended');
  expect(engine().benchmarks.isCancelled).toBe(true);
  expect(slice().result?.state).toBe('cancelled');
});

test('a software GPU is named before its times', async () => {
  const measured = buildMeasurement();
  const { adapter } = measured.device;
  if (adapter === undefined) throw new Error('the fake has an adapter');
  engine().benchmarks.measurement = {
    ...measured,
    device: { ...measured.device, adapter: { ...adapter, isSoftware: true } },
  };
  await openDialog();
  await run();
  await expect.element(dialog().getByText('Software GPU: times mean nothing.')).toBeVisible();
});

test('a result is held against that of a file', async () => {
  await openDialog();
  await run();
  await studio.actions.benchmark.save();
  const other = JSON.parse(studio.texts[0] ?? '') as {
    stages: { p50Ms: number }[];
    tracks: { framesPerSecond: number }[];
  };
  for (const stage of other.stages) stage.p50Ms *= 2;
  for (const track of other.tracks) track.framesPerSecond /= 4;
  await studio.actions.benchmark.compare(new File([JSON.stringify(other)], 'old.json'));
  await expect.element(dialog().getByText('Compared with “old.json”')).toBeVisible();
  await expect
    .poll(() => rowsOf('Stages')[1])
    .toEqual(['image encoder', '4.0', '5.0', '20', '2.00×']);
  await expect.poll(() => rowsOf('Tracking, memory bank full')[0]?.at(-1)).toBe('4.00×');
  await button('Stop comparing').click();
  await expect.poll(() => rowsOf('Stages')[1]).toHaveLength(4);
});

test('it says why nothing can be measured', async () => {
  studio.actions.prompts.addPoint({ x: 100, y: 90 }, 'positive');
  await until(() => engine().prompts.size === 1, 'the prompt is answered');
  engine().holdAfterFrames = 1;
  const tracking = studio.actions.propagation.track('forward', 'all');
  await openDialog();
  await expect.element(dialog().getByText('Stop tracking first.')).toBeVisible();
  await expect.element(button('Run')).toBeDisabled();
  engine().holdAfterFrames = undefined;
  await tracking;
});
