import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { masksOfPngZip, masksOfProject, parseProject } from './exported-masks.ts';
import { framesAsZip, leastAgreement, readNanoTrack } from './nano-track.ts';
import { Studio } from './studio.ts';

const CLIP = '../shared/samples/sam2_gallery/04_coffee.mp4';
const GOLDEN = '../shared/goldens/nano_tracks/coffee-256.json';
const VIDEO = { width: 1280, height: 720 };
const FRAME_COUNT = 287;
/** On the blue mug. */
const MUG = { x: 876, y: 524 };
const GOLDEN_VIDEO = { width: 640, height: 360 };

test('a clip is dropped, a mug clicked, tracked and corrected, and the masks saved', async ({
  page,
}) => {
  test.skip(!existsSync(CLIP), `the clip ${CLIP} is not on this machine`);
  test.setTimeout(900_000);
  const studio = new Studio(page);
  await studio.open();
  await studio.dropPath(CLIP, 'video/mp4');
  await expect(page.getByText(/1280 × 720 · 287 frames/)).toBeVisible();
  await studio.modelReady();
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
  await studio.track('Forward', FRAME_COUNT);
  const tracked = parseProject(await studio.export('Project'));
  expect(tracked.masks).toHaveLength(FRAME_COUNT);

  // What lies left of the mug is not the mug: a correction half way, carried on to the end.
  await studio.seek(150);
  await studio.clickVideo({ x: 600, y: 400 }, VIDEO, 'right');
  await studio.answered();
  await studio.track('Forward', FRAME_COUNT - 150);
  const project = parseProject(await studio.export('Project'));
  await expectToFitSchema(project);
  expect(project.masks).toHaveLength(FRAME_COUNT);
  const masks = masksOfProject(project);
  const before = masksOfProject(tracked);
  expect(masks.get('149/1')).toEqual(before.get('149/1'));
  expect(masks.get('150/1')).not.toEqual(before.get('150/1'));
  expect(masks.get('0/1')?.counts.length).toBeGreaterThan(50);

  const pngs = await masksOfPngZip(await studio.export('PNG masks'));
  expect(pngs).toEqual(masks);

  // Read back by the studio itself on another visit, they are the same.
  await page.reload();
  await studio.dropPath(CLIP, 'video/mp4');
  await studio.modelReady();
  const bytes = new TextEncoder().encode(JSON.stringify(project));
  await studio.drop([{ name: 'coffee.masks.json', type: 'application/json', bytes }]);
  await expect(page.getByText(/brought 1 object/)).toBeVisible({ timeout: 60_000 });
  const again = parseProject(await studio.export('Project'));
  expect(masksOfProject(again)).toEqual(masks);
});

test('dropped frames give the masks of the reference predictor', async ({ page }) => {
  test.skip(!existsSync(GOLDEN), `the reference's track ${GOLDEN} is not on this machine`);
  const golden = await readNanoTrack(GOLDEN);
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([await framesAsZip(GOLDEN, golden)]);
  await expect(page.getByText(`640 × 360 · ${golden.origin.frames.length} frames`)).toBeVisible();
  await studio.modelReady();
  await studio.setCorrections('As the reference');
  for (const step of golden.steps) {
    if (step.do === 'forward') {
      await studio.seek(0);
      await studio.track('Forward', golden.origin.frames.length);
      continue;
    }
    await studio.selectObject(step.object);
    await studio.seek(step.frame);
    for (const [i, [x, y]] of step.points.entries()) {
      await studio.clickVideo({ x, y }, GOLDEN_VIDEO, step.labels[i] === 1 ? 'left' : 'right');
      await studio.answered();
    }
  }
  const masks = masksOfProject(parseProject(await studio.export('Project')));
  const least = leastAgreement(golden, masks);
  console.log(`least IoU with the reference over ${masks.size} masks: ${least.toFixed(4)}`);
  expect(least).toBeGreaterThanOrEqual(0.97);
});

async function expectToFitSchema(project: unknown): Promise<void> {
  const schema: unknown = JSON.parse(await readFile('docs/project.schema.json', 'utf8'));
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  // Ajv takes any object as a schema and says itself what is wrong with it.
  const isValid = ajv.validate(schema as object, project);
  expect(ajv.errorsText(ajv.errors)).toBe('No errors');
  expect(isValid).toBe(true);
}
