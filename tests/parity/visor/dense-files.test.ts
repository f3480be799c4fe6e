import { expect, test } from 'vitest';
import type { SourceFile } from '../../../src/formats/source-file.ts';
import { numberEntities } from '../../../src/formats/visor/entity-ids.ts';
import { rasterizeVisor } from '../../../src/formats/visor/visor-raster.ts';
import { surveyVisor } from '../../../src/formats/visor/visor-survey.ts';
import { listZip } from '../../../src/formats/zip-reader.ts';
import { writeZip } from '../../../src/formats/zip-writer.ts';
import { buildAnnotation, buildDenseFrame } from '../../helpers/visor-builders.ts';

const OBJECTS = 5;
const VERTICES = 150;
const MEBIBYTE = 1024 * 1024;

/** A wobbling disc with as many decimals as the release has. */
function disc(frame: number, object: number): number[][] {
  return Array.from({ length: VERTICES }, (_, i) => {
    const angle = (2 * Math.PI * i) / VERTICES;
    const radius = 40 + 5 * Math.sin(5 * angle + frame / 10);
    const [x, y] = [100 + 140 * object + (frame % 50), 200 + object];
    return [
      Number((x + radius * Math.cos(angle)).toFixed(2)),
      Number((y + radius * Math.sin(angle)).toFixed(2)),
    ];
  });
}

function frameText(frame: number): string {
  const annotations = Array.from({ length: OBJECTS }, (_, object) =>
    buildAnnotation(`entity ${object}`, [disc(frame, object)], { type: 0 }),
  );
  return JSON.stringify(buildDenseFrame(frame, Math.floor(frame / 100), { annotations }));
}

/** A dense file that is made while it is read, so that nothing of it is in memory. */
function denseFile(frames: number): SourceFile {
  const encoder = new TextEncoder();
  // A few frames over and over: making them takes longer than reading them.
  const texts = Array.from({ length: 64 }, (_, i) => frameText(i));
  async function* stream() {
    yield encoder.encode('{"info":{},"video_annotations":[');
    for (let frame = 0; frame < frames; frame++) {
      const text = texts[frame % texts.length] ?? '';
      const number = String(frame).padStart(10, '0');
      yield encoder.encode(
        `${frame === 0 ? '' : ','}${text.replaceAll(/frame_\d{10}/g, `frame_${number}`)}`,
      );
    }
    yield encoder.encode(']}');
  }
  return {
    path: 'P01_107_interpolations.json',
    bytes: frames * (texts[0]?.length ?? 0),
    read: async () => new Uint8Array(0),
    stream,
  };
}

function usedMebibytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MEBIBYTE;
}

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
