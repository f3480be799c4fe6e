import { expect, test, type Locator } from '@playwright/test';
import { masksOfProject, parseProject, type MasksByPlace } from './exported-masks.ts';
import { frameShown, Studio } from './studio.ts';

const VIDEO = { width: 640, height: 360 };
/** On the blue mug. */
const MUG = { x: 438, y: 262 };
/** Tracked as far as this at least. */
const TRACKED = 16;
const PINNED = 4;
const SHOWN = 12;

test.use({ actionTimeout: 30_000 });

test('a bad memory is dropped, tracked again without, undone, and still dropped after a reload', async ({
  page,
}) => {
  test.setTimeout(600_000);
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await expect(page.getByText(/ · \d+ frames/)).toBeVisible({ timeout: 60_000 });
  await studio.modelReady();
  await page.keyboard.press('Shift+M');
  const memory = page.getByRole('region', { name: 'Memory', exact: true });
  await expect(
    memory.getByText('The model remembers nothing of Object 1 yet. Click it in the frame.'),
  ).toBeVisible();
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
  await expect(memory.getByText(/^Frame 0 conditions the others/)).toBeVisible();
  await page.getByRole('tab', { name: /^Objects/ }).click();
  await studio.trackSome(TRACKED);
  const before = await masks(studio);

  await page.keyboard.press('Shift+M');
  await studio.seek(SHOWN);
  const attended = `Tracked forward, frame ${SHOWN} attends to 7 memories and 12 pointers.`;
  await expect(memory.getByText(attended)).toBeVisible();
  const whole = memory.getByRole('region', { name: 'For the whole clip' });
  const recent = memory.getByRole('region', { name: 'Tracked just before' });
  await expect(rows(whole)).toHaveText([/^Frame 0prompted12 frames back/]);
  await expect(rows(recent)).toHaveText([11, 10, 9, 8, 7, 6].map(rowOf));
  // Every picture is drawn: none is of one colour alone.
  await expect.poll(() => drawnPictures(memory)).toBe(7);

  // A row goes to its frame.
  await rows(recent).filter({ hasText: 'Frame 9' }).click();
  await expect(page.getByRole('slider', { name: 'Playhead' })).toHaveAttribute(
    'aria-valuenow',
    '9',
  );
  await frameShown(page);
  await page.keyboard.press('Shift+D');
  await studio.seek(PINNED);
  await page.keyboard.press('Shift+P');
  await studio.seek(SHOWN);
  await expect(rows(whole)).toHaveText([/^Frame 0prompted/, /^Frame 4pinned8 frames back/]);
  await expect(rows(recent)).toHaveText([11, 10, 8, 7, 6].map(rowOf));
  await expect(memory.getByText('of frames 0–8, 10–11')).toBeVisible();
  const lane = page.getByRole('list', { name: 'Lanes' }).getByRole('button');
  await expect(lane).toHaveAccessibleName(/pinned as memory on frame 4, memory dropped on frame 9/);

  // Nothing has changed in the masks yet; tracking again does.
  await memory.getByRole('button', { name: 'Re-track' }).click();
  await page.getByRole('tab', { name: /^Objects/ }).click();
  await expect(page.getByText(/^\d+ frames run/)).toBeVisible({ timeout: 300_000 });
  await page.keyboard.press('Shift+M');
  const after = await masks(studio);
  expect(after.get(`${PINNED}/1`)).toEqual(before.get(`${PINNED}/1`));
  expect(changedFrames(before, after)).not.toEqual([]);

  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: /^Undo: pin on frame 4/ })).toBeVisible();
  // A file is written for each look.
  const undone = async () => changedFrames(before, await masks(studio));
  await expect.poll(undone, { timeout: 90_000 }).toEqual([]);
  // Tracking took the stage along.
  await studio.seek(SHOWN);
  // The engine has started over: it remembers what was said, and six frames by their masks.
  await expect(memory.getByText('of frames 0, 4, 6–8, 10–11')).toBeVisible({ timeout: 60_000 });

  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Continue coffee.mp4' }).click();
  await expect(page.getByText(/^Continued from /)).toBeVisible({ timeout: 60_000 });
  await studio.modelReady();
  await page.keyboard.press('Shift+M');
  await studio.seek(SHOWN);
  // The memories of tracked frames are gone with the page; they can be made from the masks.
  await expect(rows(whole)).toHaveText([
    /^Frame 0prompted12 frames back/,
    /^Frame 4pinned8 frames back.*made again from its mask$/,
  ]);
  const outside = memory.getByRole('region', { name: 'Not remembered' });
  await expect(rows(outside)).toHaveText([/^Frame 9dropped3 frames back/]);
  await page.keyboard.press('Control+z');
  await expect(rows(whole)).toHaveText([/^Frame 0prompted/]);
  await outside.getByRole('button', { name: 'Restore the memory of frame 9' }).click();
  await expect(outside).toBeHidden();
});

function rows(group: Locator): Locator {
  return group.getByRole('listitem');
}

/** How a recent frame's row begins. */
function rowOf(frame: number): RegExp {
  return new RegExp(`^Frame ${frame}${SHOWN - frame} frames? back`);
}

async function masks(studio: Studio): Promise<MasksByPlace> {
  return masksOfProject(parseProject(await studio.export('Project')));
}

function changedFrames(before: MasksByPlace, after: MasksByPlace): string[] {
  const places = new Set([...before.keys(), ...after.keys()]);
  return [...places].filter(
    (place) => JSON.stringify(before.get(place)) !== JSON.stringify(after.get(place)),
  );
}

/** Pictures that show something. */
function drawnPictures(memory: Locator): Promise<number> {
  return memory.locator('canvas').evaluateAll((canvases) => {
    const isDrawn = (canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return new Set(new Uint32Array(data?.buffer ?? new ArrayBuffer(0))).size > 10;
    };
    return canvases.filter((canvas) => canvas instanceof HTMLCanvasElement && isDrawn(canvas))
      .length;
  });
}
