import { describe, expect, test } from 'vitest';
import type { ClipExporter } from '../../../src/exchange/clip-exporter.ts';
import type { ExportProgress } from '../../../src/protocol/export-api.ts';
import { buildMasks, buildRequest, buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { DOWNLOAD, exporterFor } from '../../helpers/export-worker.ts';

/** As long as a file is that takes a while. */
const ENTRIES = 16_000;
const CLIP = buildVideo({ frameCount: 200 });

/** COCO’s instances of one object, with enough text to be read in many pieces. */
function largeCoco(): Blob {
  const { width, height, frameCount } = CLIP;
  const images = Array.from({ length: frameCount }, (_, at) => ({
    id: at + 1,
    file_name: `${String(at).padStart(5, '0')}.jpg`,
    width,
    height,
  }));
  const annotations = Array.from({ length: ENTRIES }, (_, at) => ({
    id: at + 1,
    image_id: (at % frameCount) + 1,
    category_id: 1,
    attributes: { track_id: Math.floor(at / frameCount), note: 'x'.repeat(60) },
    segmentation: [[2, 2, 6, 2, 6, 6, 2, 6]],
  }));
  const categories = [{ id: 1, name: 'cup' }];
  return new Blob([JSON.stringify({ images, categories, annotations })]);
}

/** YouTube-VIS: one track of one object. */
function youtubeVis(): Blob {
  const { width, height, frameCount } = CLIP;
  const names = Array.from(
    { length: frameCount },
    (_, at) => `v/${String(at).padStart(5, '0')}.jpg`,
  );
  const videos = [{ id: 1, width, height, length: frameCount, file_names: names }];
  const segmentations = names.map(() => ({
    size: [height, width],
    counts: [0, 40, height * width - 40],
  }));
  const padding = Array.from({ length: 2 * ENTRIES }, (_, id) => ({ id, name: 'x'.repeat(60) }));
  return new Blob([
    JSON.stringify({
      info: { padding },
      videos,
      categories: [{ id: 1, name: 'cup' }],
      annotations: [{ id: 1, video_id: 1, category_id: 1, segmentations }],
    }),
  ]);
}

/** The studio’s own, with a long head. */
async function project(): Promise<Blob> {
  const exporter = await exporterFor(new FakeMediaPort(buildMasks()));
  const request = buildRequest({ format: { kind: 'project' } });
  const { file } = await exporter.exportFile(request, DOWNLOAD, () => {});
  const text = (await file?.text()) ?? '';
  // White space between members is text like any other.
  return new Blob([text.replace('{', `{${' '.repeat(4_000_000)}`)]);
}

interface Watched {
  readonly stage: FakeMediaPort;
  readonly told: ExportProgress[];
}

async function importFile(
  file: Blob,
  onProgress: (
    progress: ExportProgress,
    exporter: ClipExporter,
    watched: Watched,
  ) => void = () => {},
  video = CLIP,
): Promise<Watched> {
  const watched = { stage: new FakeMediaPort(), told: [] as ExportProgress[] };
  const exporter = await exporterFor(watched.stage);
  const name = 'instances.json';
  const { videoSha256 } = buildRequest();
  await exporter.importFile(
    { name, files: [{ path: name, file: new File([file], name) }], video, videoSha256 },
    (progress) => {
      watched.told.push(progress);
      onProgress(progress, exporter, watched);
    },
  );
  return watched;
}

describe.each([
  { what: 'COCO', file: largeCoco, video: CLIP },
  { what: 'YouTube-VIS', file: youtubeVis, video: CLIP },
  { what: 'a project', file: project, video: buildVideo() },
])('importing $what', ({ file, video }) => {
  test('tells of parsing, then of the masks, and never goes back', async () => {
    const { told } = await importFile(await file(), undefined, video);
    const done = told.map(({ framesDone }) => framesDone);
    expect(new Set(told.map(({ framesTotal }) => framesTotal))).toEqual(
      new Set([video.frameCount]),
    );
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    // While the text is parsed nothing is on the stage, and the bar goes up to its half.
    const half = video.frameCount / 2;
    expect(done.filter((frames) => frames <= half).length).toBeGreaterThan(10);
    expect(done.at(-1)).toBe(video.frameCount);
  });

  test('is stopped while parsing, with nothing put', async () => {
    let atCancel = 0;
    let stage: FakeMediaPort | undefined;
    const importing = importFile(
      await file(),
      ({ framesDone, framesTotal }, exporter, watched) => {
        ({ stage } = watched);
        atCancel = framesDone / framesTotal;
        void exporter.cancel();
      },
      video,
    );
    await expect(importing).rejects.toHaveProperty('name', 'AbortError');
    expect(atCancel).toBeLessThan(0.5);
    expect(stage?.puts).toEqual([]);
  });
});
