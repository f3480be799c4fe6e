import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, type TestContext } from 'vitest';
import { objectId } from '../../../src/core/ids.ts';
import { rleArea } from '../../../src/core/rle.ts';
import { openMaskDataset } from '../../../src/formats/davis/mask-dataset.ts';
import { loadMaskSequence } from '../../../src/formats/davis/mask-sequence.ts';
import { matchFrames } from '../../../src/formats/ground-truth/match-frames.ts';
import { blobFile } from '../../../src/formats/source-file.ts';
import { readEntityNames } from '../../../src/formats/visor/entity-names.ts';
import { FrameRasterizer } from '../../../src/formats/visor/frame-rasterizer.ts';
import { readFrameMapping, readFrameTimes } from '../../../src/formats/visor/frame-tables.ts';
import { clockHz, parseFrameStem } from '../../../src/formats/visor/visor-names.ts';
import { diskFile, filesBelow } from '../../helpers/visor-goldens.ts';

const SAMPLES = '../shared/samples';
const META = join(SAMPLES, 'visor_meta');

/** The samples are not part of the repository. */
function skipWithout(context: TestContext, path: string): void {
  if (existsSync(path)) return;
  process.stderr.write(`${context.task.name} skipped: there is no ${path}\n`);
  context.skip(`there is no ${path}`);
}

describe('tables of the release', () => {
  beforeEach((context) => skipWithout(context, META));

  test('names of the validation set, either way about', async () => {
    const names = await readEntityNames(diskFile(join(META, 'gt_val_data_mapping_inv.json')));
    const turned = await readEntityNames(diskFile(join(META, 'gt_val_data_mapping.json')));
    expect(names.size).toBeGreaterThan(1000);
    expect(turned).toEqual(names);
    const most = Math.max(...[...names.values()].map((byId) => byId.size));
    expect(most).toBe(13);
    // Ids follow the names' order by code point, as the importer numbers them.
    for (const [sequence, byId] of names) {
      const inOrder = [...byId].sort(([a], [b]) => a - b).map(([, name]) => name);
      expect(inOrder.toSorted(), sequence).toEqual(inOrder);
    }
  });

  test('times: all frames but those of P02_02 are where the clock has them', async () => {
    const times = await readFrameTimes(diskFile(join(META, 'frames_to_timestamps.json')));
    expect(times.size).toBe(50_729);
    const others = new Map<string, number>();
    for (const [stem, timeUs] of times) {
      const frame = parseFrameStem(stem);
      if (frame === undefined) throw new Error(`${stem} is no frame name`);
      const clockUs = ((frame.number - 1) * 1e6) / clockHz(frame.video);
      if (Math.abs(clockUs - timeUs) < 1) continue;
      others.set(frame.video, (others.get(frame.video) ?? 0) + 1);
    }
    expect([...others]).toEqual([['P02_02', 120]]);
  });

  test('frame numbers: by clock and by mapping all frames find their place', async () => {
    const mapping = await readFrameMapping(diskFile(join(META, 'frame_mapping_train_val.json')));
    expect(mapping.size).toBe(158);
    let frames = 0;
    let farthest = 0;
    for (const [video, table] of mapping) {
      const stems = [...table.keys()];
      frames += stems.length;
      const framesPerSecond = clockHz(video) === 50 ? 50 : 60_000 / 1001;
      const frameCount = Math.ceil(3600 * framesPerSecond);
      const clip = {
        name: `${video}.MP4`,
        width: 1920,
        height: 1080,
        frameCount,
        timestampsUs: Float64Array.from({ length: frameCount }, (_, i) =>
          Math.round((i * 1e6) / framesPerSecond),
        ),
      };
      const truth = { size: { width: 854, height: 480 }, stems };
      const clocked = matchFrames(truth, clip);
      const mapped = matchFrames(truth, clip, { mapping });
      expect([clocked.matchedCount, mapped.matchedCount], video).toEqual([
        stems.length,
        stems.length,
      ]);
      expect([...clocked.problems, ...mapped.problems]).toEqual([]);
      for (const [index, row] of clocked.rows.entries()) {
        const other = mapped.rows[index];
        if (other === undefined || !('frame' in row && 'frame' in other)) continue;
        farthest = Math.max(farthest, Math.abs(row.frame - other.frame));
        if (clockHz(video) === 50) expect(other.frame).toBe(row.frame);
      }
    }
    expect(frames).toBe(40_604);
    expect(farthest).toBeGreaterThan(0);
    expect(farthest).toBeLessThanOrEqual(6);
  });
});

const POLYGONS = join(SAMPLES, 'visor_real_polygons.json');

test.skipIf(!existsSync(POLYGONS))(
  'real polygons reach the lower edge and fill their boxes',
  () => {
    const { annotations } = JSON.parse(readFileSync(POLYGONS, 'utf8')) as {
      annotations: {
        name: string;
        bbox_xywh: [number, number, number, number];
        segments: [number, number][][];
      }[];
    };
    const size = { width: 1920, height: 1080 };
    for (const {
      name,
      segments,
      bbox_xywh: [x, y, width, height],
    } of annotations) {
      const flat = segments.map((segment) => Float64Array.from(segment.flat()));
      const frame = { canvas: 'sparse' as const, annotations: [{ name, segments: flat }] };
      const ids = new FrameRasterizer(size).rasterize(frame, new Map([[name, objectId(1)]]));
      const [xs, ys] = [new Set<number>(), new Set<number>()];
      for (const [at, id] of (ids ?? []).entries()) {
        if (id === 0) continue;
        xs.add(at % size.width);
        ys.add(Math.floor(at / size.width));
      }
      expect([Math.min(...xs), Math.min(...ys)]).toEqual([x, y]);
      expect(Math.max(...xs)).toBe(Math.min(x + width, 1919));
      expect(Math.max(...ys)).toBe(Math.min(y + height, 1079));
    }
  },
);

/** Folders of masks and what is in them. */
const FOLDERS = [
  ['davis2016', 2, 90, 'binary'],
  ['davis2017_osvos_preds', 1, 47, 'ids'],
  ['pumavos_chair', 1, 60, 'ids'],
] as const;

function folderFiles(folder: string) {
  const root = join(SAMPLES, folder);
  return filesBelow(root).map((path) => blobFile(path, new Blob([readFileSync(join(root, path))])));
}

test.for(FOLDERS)('masks of %s', async ([folder, sequenceCount, frameCount, kind], context) => {
  skipWithout(context, join(SAMPLES, folder));
  const dataset = await openMaskDataset(folderFiles(folder), 'masks');
  expect(dataset.sequences).toHaveLength(sequenceCount);
  let frames = 0;
  for (const sequenceFiles of dataset.sequences) {
    const { sequence, notices } = await loadMaskSequence(sequenceFiles);
    frames += sequence.frames.length;
    const [first] = sequence.frames;
    expect(first?.masks.size).toBeGreaterThan(0);
    for (const mask of first?.masks.values() ?? []) expect(rleArea(mask)).toBeGreaterThan(0);
    expect(notices.join().includes('DAVIS 2016')).toBe(kind === 'binary');
    if (kind === 'binary') expect(sequence.objects.map(({ id }) => id)).toEqual([1]);
  }
  expect(frames).toBe(frameCount);
});

test('a published mask that is a column short is refused by name', async (context) => {
  skipWithout(context, join(SAMPLES, 'cutie_examples/masks'));
  const { sequences } = await openMaskDataset(folderFiles('cutie_examples/masks'), 'masks');
  expect(sequences.map(({ name, masks }) => [name, masks.length])).toEqual([
    ['bike', 1],
    ['judo', 4],
  ]);
  for (const files of sequences) {
    if (files.name === 'bike')
      expect((await loadMaskSequence(files)).sequence.objects.length).toBe(2);
    else {
      await expect(loadMaskSequence(files)).rejects.toThrow(
        'judo/00005.png has 853 × 480 pixels, the masks before it 854 × 480',
      );
    }
  }
});
