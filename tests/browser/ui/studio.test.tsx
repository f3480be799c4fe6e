import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { promptsAt } from '../../../src/store/prompts-slice.ts';
import { viewportOf } from '../../../src/store/view-slice.ts';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';
import { mountOpenStudio, mountStudio, type MountedStudio } from './mount.tsx';
import { dragAlong, placeOf, pointer, type At } from './stage-pointer.ts';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

async function open(options?: Parameters<typeof mountOpenStudio>[0]): Promise<MountedStudio> {
  mounted = await mountOpenStudio(options);
  return mounted;
}

const state = (studio: MountedStudio) => studio.store.getState();

function clicks(studio: MountedStudio) {
  const { prompts, tracklets, playback } = state(studio);
  const here = promptsAt(prompts, tracklets.selectedId, playback.shownFrame);
  return here?.kind === 'clicks' ? here : undefined;
}

/** Pointers that are not on the screen cannot be captured. */
beforeEach(() => {
  Element.prototype.setPointerCapture = () => {};
});

function clickStage(studio: MountedStudio, at: At, init: PointerEventInit = {}) {
  dragAlong(studio, [at], init);
}

const settled = (studio: MountedStudio) =>
  until(() => state(studio).models.activity === undefined, 'the engine rests');

test('the sample opens from the empty page, and the canvas is handed over once', async () => {
  mounted = await mountStudio();
  await expect
    .element(page.getByRole('heading', { name: 'Drop a clip to segment it' }))
    .toBeVisible();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await expect.element(page.getByRole('heading', { name: 'coffee.mp4' })).toBeVisible();
  await expect.element(page.getByText('640 × 360 · 24 frames · 59.94 fps')).toBeVisible();
  expect(mounted.media.calls.filter((call) => call === 'attachStage')).toHaveLength(1);
  await until(() => mounted?.media.style?.viewport.scale !== 1, 'the stage knows its size');
});

test('clicks place points of both kinds; a click on a point removes it', async () => {
  const studio = await open();
  clickStage(studio, [320, 180]);
  clickStage(studio, [100, 90], { button: 2 });
  clickStage(studio, [110, 95], { altKey: true });
  expect(clicks(studio)?.points.map((point) => point.label)).toEqual([
    'positive',
    'negative',
    'negative',
  ]);
  expect(clicks(studio)?.points[0]?.x).toBeCloseTo(320, 0);
  await page.getByRole('button', { name: /^Negative point 2/ }).click();
  expect(clicks(studio)?.points).toHaveLength(2);
});

test('a point is removed with the keyboard', async () => {
  const studio = await open();
  clickStage(studio, [320, 180]);
  const marker = page.getByRole('button', { name: /^Positive point 1/ });
  await expect.element(marker).toBeVisible();
  const element = marker.element();
  if (element instanceof HTMLElement) element.focus();
  await userEvent.keyboard('{Delete}');
  expect(clicks(studio)).toBeUndefined();
});

test('a box is dragged, Escape cancels a drag, and the box can be removed', async () => {
  const studio = await open();
  await userEvent.keyboard('b');
  pointer(studio, 'pointerdown', [100, 100]);
  pointer(studio, 'pointermove', [300, 200]);
  await expect.poll(() => studio.element.querySelectorAll('.box-marker').length).toBe(1);
  await userEvent.keyboard('{Escape}');
  pointer(studio, 'pointerup', [300, 200]);
  expect(clicks(studio)).toBeUndefined();
  expect(state(studio).view.tool).toBe('box');
  dragAlong(studio, [
    [300, 200],
    [100, 100],
  ]);
  expect(clicks(studio)?.box?.x0).toBeCloseTo(100, 0);
  expect(clicks(studio)?.box?.y1).toBeCloseTo(200, 0);
  await page.getByRole('button', { name: 'Remove the box' }).click();
  expect(clicks(studio)).toBeUndefined();
});

test('the wheel zooms at the pointer, two fingers zoom and move, Fit shows all again', async () => {
  const studio = await open();
  const before = viewportOf(state(studio).view, state(studio).video.info);
  const { surface, x, y } = placeOf(studio, [320, 180]);
  surface.dispatchEvent(
    new WheelEvent('wheel', { deltaY: -300, clientX: x, clientY: y, cancelable: true }),
  );
  const zoomed = viewportOf(state(studio).view, state(studio).video.info);
  expect(zoomed.scale).toBeGreaterThan(before.scale * 1.4);
  // Mouse events made by hand have whole coordinates.
  expect(Math.abs(placeOf(studio, [320, 180]).x - x)).toBeLessThan(1);

  const touch = { pointerType: 'touch' };
  pointer(studio, 'pointerdown', [200, 180], { ...touch, pointerId: 11 });
  pointer(studio, 'pointerdown', [300, 180], { ...touch, pointerId: 12 });
  pointer(studio, 'pointermove', [400, 180], { ...touch, pointerId: 12 });
  pointer(studio, 'pointerup', [400, 180], { ...touch, pointerId: 12 });
  pointer(studio, 'pointerup', [200, 180], { ...touch, pointerId: 11 });
  const pinched = viewportOf(state(studio).view, state(studio).video.info);
  expect(pinched.scale / zoomed.scale).toBeCloseTo(2, 1);
  expect(clicks(studio)).toBeUndefined();

  await page.getByRole('button', { name: 'Fit the frame' }).click();
  expect(viewportOf(state(studio).view, state(studio).video.info)).toEqual(before);
});

test('Space held while dragging moves the frame and does not play', async () => {
  const studio = await open();
  const before = viewportOf(state(studio).view, state(studio).video.info);
  await userEvent.keyboard('{ >}');
  dragAlong(studio, [
    [300, 180],
    [340, 180],
  ]);
  await userEvent.keyboard('{/ }');
  const after = viewportOf(state(studio).view, state(studio).video.info);
  expect(after.offsetX - before.offsetX).toBeCloseTo(40 * before.scale, 3);
  expect(state(studio).playback.mode).toBe('paused');
  expect(clicks(studio)).toBeUndefined();
  await userEvent.keyboard(' ');
  expect(state(studio).playback.mode).toBe('playing');
  await userEvent.keyboard(' ');
  expect(state(studio).playback.mode).toBe('paused');
});

test('keys step, jump, add and select objects; they are text while a name is typed', async () => {
  const studio = await open();
  await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}');
  expect(state(studio).playback.frame).toBe(11);
  await userEvent.keyboard('{End}');
  expect(state(studio).playback.frame).toBe(23);
  await userEvent.keyboard('{Home}nn2');
  expect(state(studio).playback.frame).toBe(0);
  expect(state(studio).tracklets.items).toHaveLength(3);
  expect(state(studio).tracklets.selectedId).toBe(2);

  await page.getByRole('button', { name: 'More for Object 2' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const field = page.getByRole('textbox', { name: 'Name of Object 2' });
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard('blue pan 3{Enter}');
  expect(state(studio).tracklets.items.map((item) => item.name)).toEqual([
    'Object 1',
    'blue pan 3',
    'Object 3',
  ]);
});

test('an object is removed and brought back', async () => {
  const studio = await open();
  clickStage(studio, [320, 180]);
  await settled(studio);
  await page.getByRole('button', { name: 'More for Object 1' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect.element(page.getByText('No objects. Click the frame to start one.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  expect(state(studio).tracklets.items[0]?.summaries.coveredFrames).toBe(1);
});

test('tracking shows its progress, can be stopped, and says what it kept', async () => {
  const studio = await open();
  await expect
    .element(page.getByRole('button', { name: 'Forward' }))
    .toHaveAttribute('aria-disabled', 'true');
  clickStage(studio, [320, 180]);
  await settled(studio);
  const engine = engineOf(studio);
  engine.holdAfterFrames = 6;
  await page.getByRole('button', { name: 'Forward' }).click();
  await expect.element(page.getByText('6 of 24 frames')).toBeVisible();
  await expect
    .element(page.getByRole('progressbar', { name: 'Tracking' }))
    .toHaveAttribute('aria-valuenow', '25');
  expect(state(studio).playback).toMatchObject({ mode: 'following', frame: 5 });
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect.element(page.getByText(/^Stopped after 6 of 24 frames/)).toBeVisible();
  await expect
    .element(page.getByRole('button', { name: /^Object 1.*needs tracking/ }).first())
    .toBeVisible();
});

test('the timeline is a slider for the keyboard and can be scrubbed and zoomed', async () => {
  const studio = await open({ info: { frameCount: 10_000 } });
  const slider = page.getByRole('slider', { name: 'Playhead' });
  await expect.element(slider).toHaveAttribute('aria-valuemax', '9999');
  const element = slider.element();
  if (element instanceof HTMLElement) element.focus();
  await userEvent.keyboard('{PageUp}{ArrowRight}');
  await expect.element(slider).toHaveAttribute('aria-valuenow', '11');
  expect(slider.element().getAttribute('aria-valuetext')).toMatch(/^Frame 11 of 10000, 0:00\.18/);
  const bounds = slider.element().getBoundingClientRect();
  const at = { clientX: bounds.left + bounds.width / 2, clientY: bounds.top + 4, bubbles: true };
  slider.element().dispatchEvent(new PointerEvent('pointerdown', { ...at, pointerId: 1 }));
  expect(Math.abs(state(studio).playback.frame - 5000)).toBeLessThan(10);
  slider
    .element()
    .dispatchEvent(
      new WheelEvent('wheel', { ...at, deltaY: -100, ctrlKey: true, cancelable: true }),
    );
  expect(state(studio).view.timelineWindow?.count).toBeCloseTo(10_000 / Math.E, -2);
});

test('typing a frame number goes there', async () => {
  const studio = await open();
  const field = page.getByLabelText(/^Frame under the playhead/);
  await field.fill('17');
  await userEvent.keyboard('{Enter}');
  expect(state(studio).playback.frame).toBe(17);
});

test('files dropped on the window are opened, and a checkpoint becomes the model', async () => {
  mounted = await mountStudio();
  const transfer = new DataTransfer();
  transfer.items.add(new File(['a'], 'pan.mp4', { type: 'video/mp4' }));
  transfer.items.add(new File(['b'], 'sam2.1_hiera_tiny.pt'));
  const fire = (type: string) =>
    document.body.dispatchEvent(
      new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  fire('dragenter');
  await expect.element(page.getByText('Drop to open')).toBeVisible();
  fire('drop');
  await expect.element(page.getByRole('heading', { name: 'pan.mp4' })).toBeVisible();
  await expect.element(page.getByText('Drop to open')).not.toBeInTheDocument();
  await expect.element(page.getByRole('button', { name: /^Model: SAM 2.1 Tiny/ })).toBeVisible();
});

test('the bundled model never passes for SAM 2, and a slow backend says so and why', async () => {
  const studio = await open({ backend: 'wasm' });
  const line = page.getByRole('button', { name: /^Model:/ });
  await expect.element(line).toHaveTextContent('Nano (demo quality, not SAM 2’s)');
  await expect.element(line).toHaveTextContent('WASM (CPU) · fp16 · 512 px');
  await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_tiny.pt'));
  await expect.element(line).toHaveTextContent('WASM (CPU) · fp16 · 512 px · slow');
  await expect
    .element(page.getByText(/On the CPU \(WASM\) this model takes seconds a frame/))
    .toHaveTextContent('This browser offers no WebGPU adapter.');
});

test('an error is an alert with its hint, and stays in the log', async () => {
  const studio = await open();
  studio.media.failures.set(
    'open',
    new StudioError('video-unsupported', 'This browser cannot decode HEVC.', {
      hint: 'Convert it to H.264.',
    }),
  );
  await studio.actions.video.openFiles([new File(['x'], 'b.mp4')]);
  await expect.element(page.getByRole('alert')).toHaveTextContent('Convert it to H.264.');
  await page.getByRole('button', { name: 'Put away' }).click();
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  await page.getByRole('button', { name: /^Messages, 1 of them errors/ }).click();
  await expect.element(page.getByText('This browser cannot decode HEVC.')).toBeVisible();
});

test('an export runs from the dialog and can be cancelled', async () => {
  const studio = await open();
  clickStage(studio, [320, 180]);
  await settled(studio);
  await userEvent.keyboard('{Control>}e{/Control}');
  await page.getByText('Project', { exact: true }).click();
  await page.getByRole('button', { name: 'Save…' }).click();
  await expect.element(page.getByText(/“kitchen.masks.json” is written/)).toBeVisible();
  expect(studio.downloads).toEqual([{ name: 'kitchen.masks.json' }]);
  // Long enough to be stopped, on a busy machine too.
  studio.exporter.stepMs = 1000;
  await page.getByText('PNG masks', { exact: true }).click();
  await page.getByRole('button', { name: 'Save…' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(page.getByText('Cancelled.')).toBeVisible();
  expect(studio.exporter.calls).toContain('cancel');
});

test('nothing on the page moves while objects are added, tracked and played', async () => {
  const studio = await open();
  const shifts: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts.push(Number(Reflect.get(entry, 'value')));
  });
  observer.observe({ type: 'layout-shift' });
  clickStage(studio, [320, 180]);
  await settled(studio);
  for (let i = 0; i < 12; i++) studio.actions.tracklets.add();
  studio.actions.tracklets.select(objectId(1));
  await studio.actions.propagation.track('both', 'all');
  studio.actions.playback.seekTo(frameIndex(3));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const sum = shifts.reduce((total, value) => total + value, 0);
  // What a shift looks like, so that silence means something.
  studio.element.style.paddingTop = '120px';
  await expect.poll(() => shifts.reduce((total, value) => total + value, 0)).toBeGreaterThan(0.05);
  observer.disconnect();
  expect(sum).toBeLessThan(0.01);
});
