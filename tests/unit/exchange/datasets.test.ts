import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { rleFromString } from '../../../src/core/rle.ts';
import type { MaskFormatKind } from '../../../src/exchange/export-masks.ts';
import type { ExportRequest } from '../../../src/protocol/export-api.ts';
import { exported, request, VIDEO } from '../../helpers/dataset-exports.ts';
import {
  buildRequest,
  buildVideo,
  CLIP_SHA256,
  FakeMediaPort,
} from '../../helpers/export-fakes.ts';
import { exporterFor } from '../../helpers/export-worker.ts';

const SAV_SAMPLE = '../shared/samples/sav_example/sav_000001_manual.json';

async function json(kind: MaskFormatKind, changes: Partial<ExportRequest> = {}) {
  return JSON.parse(await (await exported(kind, changes)).text());
}

describe('COCO', () => {
  test('has an image for each frame looked at and an annotation for each object seen', async () => {
    const file = await json('coco');
    expect(file.images.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(file.images[3]).toEqual({ id: 4, file_name: '00003.jpg', width: 31, height: 22 });
    expect(file.annotations).toHaveLength(6);
    expect(file.annotations.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(file.categories).toEqual([
      { id: 1, name: 'black swan', supercategory: 'object' },
      { id: 2, name: 'reed "Schilf" \\ 蘆', supercategory: 'object' },
    ]);
  });

  test('leaves out frames that nobody looked at', async () => {
    const video = { ...VIDEO, frameCount: 9, timestampsUs: new Float64Array(9) };
    const file = await json('coco', { video });
    expect(file.images).toHaveLength(5);
  });

  test('names images as the clip’s own files, and objects of one name as one class', async () => {
    const frameNames = ['a.png', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'];
    const { objects } = request();
    const file = await json('coco', {
      video: { ...VIDEO, kind: 'frames', frameNames },
      objects: objects.map((object) => ({ ...object, name: 'bird' })),
    });
    expect(file.images.map((image: { file_name: string }) => image.file_name)).toEqual(frameNames);
    expect(file.categories).toEqual([{ id: 1, name: 'bird', supercategory: 'object' }]);
    expect(new Set(file.annotations.map((item: { track_id: number }) => item.track_id))).toEqual(
      new Set([1, 2]),
    );
  });

  test('has no annotation of an object that was not asked for', async () => {
    const [, reed] = request().objects;
    const file = await json('coco', { objects: reed === undefined ? [] : [reed] });
    expect(file.annotations.map((item: { image_id: number }) => item.image_id)).toEqual([2, 3, 5]);
    // Frame 0 shows the swan alone; to the reed it means nothing.
    expect(file.images.map(({ id }: { id: number }) => id)).toEqual([2, 3, 4, 5]);
  });
});

test('YouTube-VIS goes through the masks once for each object and once more', async () => {
  const progress: number[] = [];
  await exported('youtube-vis', {}, ({ framesDone, framesTotal }) =>
    progress.push(framesDone / framesTotal),
  );
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(0)).toBeLessThanOrEqual(1 / 3);
  expect(progress.at(-1)).toBe(1);
});

interface SavFile {
  readonly masklet: readonly (readonly { size: [number, number]; counts: string }[])[];
  readonly [member: string]: unknown;
}

test('SA-V’s members are those of its own files, and say of its masks what they say', async (ctx) => {
  let sample: SavFile;
  try {
    sample = JSON.parse(readFileSync(SAV_SAMPLE, 'utf8'));
  } catch {
    ctx.skip(`${SAV_SAMPLE} is absent`);
    return;
  }
  const frameCount = sample.masklet.length;
  const [height, width] = sample.masklet[0]?.[0]?.size ?? [0, 0];
  const video = buildVideo({ width, height, frameCount });
  const sampleMasks = sample.masklet.flatMap((objects, frame) =>
    objects.map(({ counts }, i) => ({
      objectId: objectId(i + 1),
      frame: frameIndex(frame),
      mask: rleFromString(counts, width, height),
    })),
  );
  const media = new FakeMediaPort(sampleMasks);
  const exporter = await exporterFor(media, { retainedBytes: 0 });
  const objects = [1, 2, 3, 4, 5].map((id) => ({
    id: objectId(id),
    name: `Object ${id}`,
    color: '#ffffff',
  }));
  const format = { kind: 'sav' } as const;
  const { file } = await exporter.exportFile(
    buildRequest({ video, objects, prompts: [], summaries: [], format }),
    { kind: 'download' },
    () => {},
  );
  const ours: SavFile = JSON.parse((await file?.text()) ?? '{}');
  expect(new Set(Object.keys(ours))).toEqual(new Set([...Object.keys(sample), 'masklet_name']));
  expect(ours.masklet).toEqual(sample.masklet);
  for (const member of [
    'masklet_size_bucket',
    'masklet_visibility_changes',
    'masklet_first_appeared_frame',
    'masklet_num',
    'video_height',
    'video_width',
    'video_resolution',
    'masklet_stability_score',
    'masklet_type',
  ]) {
    expect([member, ours[member]]).toEqual([member, sample[member]]);
  }
  for (const member of ['masklet_size_abs', 'masklet_size_rel']) {
    // Its files round to ten decimals.
    const expected = sample[member] as number[];
    (ours[member] as number[]).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 9),
    );
  }
});

test('YouTube-VOS comes back through an import, overlaps won by the lower id', async () => {
  const stage = new FakeMediaPort();
  const importer = await exporterFor(stage);
  const file = new File([await exported('youtube-vos')], 'vos.zip');
  const { summaries } = await importer.importFile(
    {
      name: file.name,
      files: [{ file, path: file.name }],
      video: VIDEO,
      videoSha256: CLIP_SHA256,
    },
    () => {},
  );
  const areas = summaries.map(({ objectId, frame, areaPx }) => [objectId, frame, areaPx]);
  const shown = areas.filter(([, , area]) => area !== 0);
  expect(shown).toEqual([
    [1, 0, 221],
    [1, 1, 256],
    [2, 1, 216],
    [2, 2, 243],
    [1, 4, 682],
  ]);
});
