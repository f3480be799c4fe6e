import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { strokeRle } from '../../../src/core/brush-stroke.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { rleArea, rleIou, type MaskRle } from '../../../src/core/rle.ts';
import { promptsAt } from '../../../src/store/prompts-slice.ts';
import { until } from '../../helpers/until.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';
import { dragAlong, hoverAt, placeOf, pointer, type At } from './stage-pointer.ts';

const VIDEO = { width: 640, height: 360 };
const WAY: readonly At[] = [
  [200, 150],
  [240, 150],
  [260, 170],
];
let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
  // Pointers that are not on the screen cannot be captured.
  Element.prototype.setPointerCapture = () => {};
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

async function open(): Promise<MountedStudio> {
  mounted = await mountOpenStudio();
  return mounted;
}

function maskPrompt({ store }: MountedStudio): MaskRle | undefined {
  const prompts = promptsAt(store.getState().prompts, objectId(1), frameIndex(0));
  return prompts?.kind === 'mask' ? prompts.mask : undefined;
}

function stroke(way: readonly At[], diameter: number): MaskRle {
  return strokeRle(
    way.map(([x, y]) => ({ x, y })),
    diameter / 2,
    VIDEO,
  );
}

const drawing = () => page.getByTestId('drawing');
const settled = ({ store }: MountedStudio) =>
  until(() => store.getState().models.activity === undefined, 'the engine rests');

test('a stroke of the brush is shown while it is drawn and becomes the mask prompt', async () => {
  const studio = await open();
  await userEvent.keyboard('d');
  await expect.element(page.getByRole('radio', { name: 'Paint onto the mask' })).toBeChecked();
  pointer(studio, 'pointerdown', [200, 150]);
  pointer(studio, 'pointermove', [240, 150]);
  await expect.element(drawing()).toBeInTheDocument();
  const { scale } = studio.media.style?.viewport ?? { scale: NaN };
  const line = document.querySelector('.drawing-stroke');
  expect(Number(line?.getAttribute('stroke-width'))).toBeCloseTo(24 * scale, 1);
  pointer(studio, 'pointermove', [260, 170]);
  pointer(studio, 'pointerup', [260, 170]);
  await until(() => maskPrompt(studio) !== undefined, 'the mask is painted');
  const painted = maskPrompt(studio);
  // Places on the page are rounded on their way.
  expect(painted && rleIou(painted, stroke(WAY, 24))).toBeGreaterThan(0.97);
  await expect.element(drawing()).not.toBeInTheDocument();
  expect(studio.engines.at(-1)?.prompts.get('1/0')?.prompts.kind).toBe('mask');
  await expect.element(page.getByText('Prompted here')).toBeVisible();
});

test('the other button erases, and so does the eraser, but for its own other button', async () => {
  const studio = await open();
  await userEvent.keyboard('d');
  dragAlong(studio, WAY);
  await until(() => maskPrompt(studio) !== undefined, 'the mask is painted');
  const whole = maskPrompt(studio);
  dragAlong(studio, [WAY[0] ?? [0, 0]], { button: 2 });
  await until(() => maskPrompt(studio) !== whole, 'the other button erases');
  const bitten = maskPrompt(studio);
  expect(whole && bitten && rleIou(whole, bitten)).toBeLessThan(0.9);
  await userEvent.keyboard('s');
  dragAlong(studio, [WAY[0] ?? [0, 0]], { button: 2 });
  await until(() => maskPrompt(studio) !== bitten, 'the eraser’s other button paints');
  const mended = maskPrompt(studio);
  expect(mended && whole && rleIou(mended, whole)).toBe(1);
  dragAlong(studio, WAY);
  await until(() => maskPrompt(studio)?.counts.length === 1, 'the eraser takes all of it');
});

test('a lasso adds its inside, and takes it with Alt', async () => {
  const studio = await open();
  await userEvent.keyboard('l');
  const square: readonly At[] = [
    [100, 100],
    [200, 100],
    [200, 200],
    [100, 200],
  ];
  dragAlong(studio, square);
  await until(() => maskPrompt(studio) !== undefined, 'the lasso is closed');
  const whole = maskPrompt(studio);
  const areaPx = whole && rleArea(whole);
  expect(areaPx).toBeGreaterThan(9600);
  expect(areaPx).toBeLessThan(10_400);
  dragAlong(
    studio,
    square.map(([x, y]): At => [x + 50, y]),
    { altKey: true },
  );
  await until(() => maskPrompt(studio) !== whole, 'the right half is taken');
  const left = maskPrompt(studio);
  expect(left && whole && rleIou(left, whole)).toBeCloseTo(0.5, 1);
});

test('Escape gives a stroke up, and a second finger does', async () => {
  const studio = await open();
  await userEvent.keyboard('d');
  pointer(studio, 'pointerdown', [200, 150]);
  pointer(studio, 'pointermove', [240, 150]);
  await userEvent.keyboard('{Escape}');
  pointer(studio, 'pointerup', [240, 150]);
  pointer(studio, 'pointerdown', [200, 150], { pointerType: 'touch' });
  pointer(studio, 'pointermove', [220, 150], { pointerType: 'touch' });
  pointer(studio, 'pointerdown', [300, 150], { pointerType: 'touch', pointerId: 2 });
  pointer(studio, 'pointerup', [300, 150], { pointerType: 'touch', pointerId: 2 });
  pointer(studio, 'pointerup', [220, 150], { pointerType: 'touch' });
  await settled(studio);
  expect(maskPrompt(studio)).toBeUndefined();
  expect(studio.store.getState().view.tool).toBe('brush');
});

test('the brush has the size that the slider, the keys and the wheel give it', async () => {
  const studio = await open();
  await userEvent.keyboard('d');
  const slider = page.getByRole('slider', { name: 'Size' });
  await expect.element(slider).toHaveAttribute('aria-valuetext', '24 px');
  await userEvent.keyboard('}');
  await expect.element(slider).toHaveAttribute('aria-valuetext', '29 px');
  const { surface, x, y } = placeOf(studio, [200, 150]);
  const before = studio.store.getState().view.zoom;
  surface.dispatchEvent(
    new WheelEvent('wheel', { bubbles: true, clientX: x, clientY: y, deltaY: 100, shiftKey: true }),
  );
  await expect.element(slider).toHaveAttribute('aria-valuetext', '24 px');
  expect(studio.store.getState().view.zoom).toBe(before);
  hoverAt(studio, [200, 150]);
  const circle = document.querySelector<HTMLElement>('.brush-cursor');
  expect(circle?.dataset['in']).toBe('true');
  const { scale } = studio.media.style?.viewport ?? { scale: NaN };
  expect(circle?.getBoundingClientRect().width).toBeCloseTo(24 * scale, 0);
  await slider.fill('100');
  await expect.element(slider).toHaveAttribute('aria-valuetext', '400 px');
  expect(maskPrompt(studio), 'the panel is no place to paint').toBeUndefined();
});

test('a click on a painted mask refines it, and strokes go over points', async () => {
  const studio = await open();
  await userEvent.keyboard('d');
  dragAlong(studio, WAY);
  await until(() => maskPrompt(studio) !== undefined, 'the mask is painted');
  const painted = maskPrompt(studio);
  await settled(studio);
  await userEvent.keyboard('p');
  await expect.element(page.getByText(/Click to refine the mask you made/)).toBeVisible();
  pointer(studio, 'pointerdown', [230, 150]);
  pointer(studio, 'pointerup', [230, 150]);
  const clicks = promptsAt(studio.store.getState().prompts, objectId(1), frameIndex(0));
  expect(clicks).toMatchObject({ kind: 'clicks', points: [{ label: 'positive' }] });
  expect(clicks?.mask).toBe(painted);
  await settled(studio);
  await userEvent.keyboard('d');
  await expect.element(page.getByText(/replaces its clicks/)).toBeVisible();
  const marker = page.getByRole('button', { name: /^Positive point 1/ }).element();
  expect(getComputedStyle(marker).pointerEvents).toBe('none');
});

test('points are deleted with the keyboard, one after the other', async () => {
  const studio = await open();
  for (const x of [100, 200, 300]) studio.actions.prompts.addPoint({ x, y: 90 }, 'positive');
  await settled(studio);
  const markers = page.getByRole('button', { name: /^Positive point/ });
  await expect.poll(() => markers.elements().length).toBe(3);
  markers.nth(2).element().focus();
  await userEvent.keyboard('{Delete}');
  await expect.poll(() => markers.elements().length).toBe(2);
  expect(document.activeElement).toBe(markers.nth(1).element());
  await userEvent.keyboard('{Delete}{Delete}');
  await expect.poll(() => markers.elements().length).toBe(0);
});

test('a mask file becomes the prompt; of several masks the user chooses one', async () => {
  const studio = await open();
  const masks = [stroke(WAY, 20), stroke([[400, 200]], 60)].map((mask, at) => ({
    value: `${at + 1}`,
    color: at === 0 ? '#ff0000' : '#00ff00',
    mask,
  }));
  studio.exporter.maskFile = { masks, notices: [] };
  await studio.actions.maskFile.use(new File(['png'], 'objects.png'));
  const dialog = page.getByRole('dialog', { name: 'Which mask of “objects.png”?' });
  await expect.element(dialog).toBeVisible();
  await dialog.getByRole('button', { name: /^2/ }).click();
  expect(maskPrompt(studio)).toEqual(masks[1]?.mask);
  await expect.element(dialog).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'More for Object 1' }).click();
  await expect
    .element(page.getByRole('menuitem', { name: /Use a mask file as prompt/ }))
    .toBeVisible();
});
