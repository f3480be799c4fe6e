import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { numberEntities } from '../../../src/formats/visor/entity-ids.ts';
import { rasterizeVisor } from '../../../src/formats/visor/visor-raster.ts';
import { surveyVisor } from '../../../src/formats/visor/visor-survey.ts';
import { listZip } from '../../../src/formats/zip-reader.ts';
import { writeZip } from '../../../src/formats/zip-writer.ts';
import { FakeMediaPort } from '../../helpers/export-fakes.ts';
import { openTruth, visorClip } from '../../helpers/open-truth.ts';
import { denseFile, usedMebibytes } from '../../helpers/dense-visor.ts';

test('a dense file of 400 MB is surveyed and drawn in flat memory', async () => {
  const frames = 30_000;
  const file = denseFile(frames);
  const before = usedMebibytes();
  let bytes = 0;
  const start = performance.now();
  const survey = await surveyVisor(file, { onBytes: (done) => (bytes = done) });
  const surveyed = performance.now();
  let peak = usedMebibytes();
  let drawn = 0;
  const plan = { survey, entityIds: numberEntities(survey, 'all-frames') };
  for await (const { ids } of rasterizeVisor(file, plan)) {
    if (ids !== undefined && ids[201 * 854 + 130] !== 0) drawn++;
    if (drawn % 1000 === 0) peak = Math.max(peak, usedMebibytes());
  }
  const seconds = (performance.now() - surveyed) / 1000;
  process.stdout.write(
    `${(bytes / 1e6).toFixed(0)} MB: surveyed in ${((surveyed - start) / 1000).toFixed(1)} s, ` +
      `drawn in ${seconds.toFixed(1)} s, ${(peak - before).toFixed(0)} MiB more in use\n`,
  );
  expect(bytes).toBeGreaterThan(3.5e8);
  expect(drawn).toBe(frames);
  // The names of 30,000 frames, three planes and what the collector has not taken back yet.
  expect(peak - before).toBeLessThan(150);
});

test('the same inside a zip', async () => {
  const frames = 1500;
  const file = denseFile(frames);
  async function* files() {
    yield { name: file.path, bytes: file.stream() };
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of writeZip(files(), { modified: new Date(0) })) {
    parts.push(Uint8Array.from(chunk));
  }
  const [entry] = await listZip(new Blob(parts));
  if (entry === undefined) throw new Error('the zip is empty');
  const survey = await surveyVisor(entry);
  expect(survey.frames).toHaveLength(frames);
  expect(survey.notices).toEqual([]);
});

test('as ground truth it goes to the decode worker in flat memory', async () => {
  const frames = 10_000;
  const folder = await mkdtemp(join(tmpdir(), 'dense-'));
  try {
    const path = join(folder, 'P01_107_interpolations.json');
    await pipeline(Readable.from(denseFile(frames).stream()), createWriteStream(path));
    const file = new File([await openAsBlob(path)], 'P01_107_interpolations.json');
    const before = usedMebibytes();
    let [peak, put] = [0, 0];
    const media = new FakeMediaPort();
    media.putTruth = async (batch) => {
      put += batch.length;
      peak = Math.max(peak, usedMebibytes());
    };
    const start = performance.now();
    const { sequences } = await openTruth({
      files: { 'P01_107_interpolations.json': file },
      media,
      video: visorClip({ frameCount: frames }),
    });
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(
      `${(file.size / 1e6).toFixed(0)} MB: read twice, drawn and hashed in ${seconds.toFixed(1)} s, ` +
        `${(peak - before).toFixed(0)} MiB more in use\n`,
    );
    expect(put).toBe(sequences[0]?.frames.length);
    expect(put).toBeGreaterThan(frames - 2);
    expect(peak - before).toBeLessThan(100);
  } finally {
    await rm(folder, { recursive: true });
  }
});
