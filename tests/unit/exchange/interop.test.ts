import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { decodeRle, encodeRle, rleFromString, rleToString } from '../../../src/core/rle.ts';
import { DAVIS_PALETTE } from '../../../src/formats/davis-palette.ts';
import { paintIds } from '../../../src/formats/id-plane.ts';
import { readIndexPng } from '../../../src/formats/png-reader.ts';
import type { FrameMask } from '../../../src/protocol/media-api.ts';
import { boxMask, buildRequest, buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { exporterFor } from '../../helpers/export-worker.ts';
import { seededBytes } from '../../helpers/seeded-random.ts';

// See tests/interop/exchange_masks.py for what this needs and how to run it.
const PYTHON = process.env['PYTHON'] ?? 'python3';
const SCRIPT = 'tests/interop/exchange_masks.py';
const VIDEO = buildVideo({ width: 214, height: 120 });

let folder = '';

function missingPackages(): string | undefined {
  const probe = spawnSync(PYTHON, ['-c', 'import numpy, PIL, pycocotools'], { encoding: 'utf8' });
  if (probe.error !== undefined) return `${PYTHON} cannot be run`;
  return probe.status === 0 ? undefined : (probe.stderr.trim().split('\n').at(-1) ?? 'it failed');
}

const missing = missingPackages();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'masks-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(`Pillow and pycocotools are needed: ${missing}`);
});

function python(...args: string[]): string {
  return execFileSync(PYTHON, [SCRIPT, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** Boxes that overlap, noise, a full and an empty mask. */
function masks(): FrameMask[] {
  const noise = seededBytes(11, 214 * 120).map((byte) => (byte < 77 ? 1 : 0));
  return [
    { objectId: objectId(1), frame: frameIndex(0), mask: boxMask(VIDEO, [3, 5, 90, 80]) },
    { objectId: objectId(2), frame: frameIndex(0), mask: boxMask(VIDEO, [60, 0, 214, 120]) },
    { objectId: objectId(1), frame: frameIndex(1), mask: encodeRle({ ...VIDEO, data: noise }) },
    { objectId: objectId(2), frame: frameIndex(1), mask: boxMask(VIDEO, [0, 0, 214, 120]) },
    { objectId: objectId(2), frame: frameIndex(4), mask: boxMask(VIDEO, [0, 0, 0, 0]) },
  ];
}

interface Seen {
  readonly pngs: Record<string, { mode: string; palette: number[]; ids: number[] }>;
  readonly masks: {
    objectId: number;
    frame: number;
    area: number;
    pixels: number[];
    encodedAgain: string;
  }[];
}

test('Pillow and pycocotools see in our exports the masks that went in', async () => {
  const media = new FakeMediaPort(masks());
  const exporter = await exporterFor(media, { retainedBytes: 0 });
  const request = buildRequest({ video: VIDEO, prompts: [], summaries: [] });
  for (const [name, kind] of [
    ['a.zip', 'png-zip'],
    ['a.json', 'project'],
  ] as const) {
    const { file } = await exporter.exportFile(
      { ...request, format: { kind } },
      { kind: 'download' },
      () => {},
    );
    writeFileSync(
      join(folder, name),
      new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer()),
    );
  }
  const seen: Seen = JSON.parse(python('read', join(folder, 'a.zip'), join(folder, 'a.json')));

  expect(Object.keys(seen.pngs)).toEqual([0, 1, 4].map((frame) => `blackswan/0000${frame}.png`));
  for (const frame of [0, 1, 4]) {
    const png = seen.pngs[`blackswan/0000${frame}.png`];
    const plane = new Uint8Array(214 * 120);
    paintIds(
      plane,
      VIDEO,
      masks().filter((mask) => mask.frame === frame),
    );
    expect(png?.mode).toBe('P');
    expect(png?.palette).toEqual([...DAVIS_PALETTE]);
    expect(png?.ids).toEqual([...plane]);
  }
  expect(seen.masks).toEqual(
    masks().map(({ objectId, frame, mask }) => {
      const pixels = [...decodeRle(mask).data];
      const area = pixels.reduce((sum, pixel) => sum + pixel, 0);
      return { objectId, frame, area, pixels, encodedAgain: rleToString(mask) };
    }),
  );
});

interface Written {
  readonly pngs: { name: string; width: number; height: number; ids: number[] }[];
  readonly rles: { width: number; height: number; counts: string; pixels: number[] }[];
}

test('we read the PNGs that Pillow and the run lengths that pycocotools write', async () => {
  python('write', folder);
  const written: Written = JSON.parse(readFileSync(join(folder, 'masks.json'), 'utf8'));
  expect(written.pngs).toHaveLength(20);
  for (const { name, ids } of written.pngs) {
    const bytes = Uint8Array.from(readFileSync(join(folder, name)));
    const image = await readIndexPng(bytes, { maxPixels: 1 << 20 });
    // Pillow renumbers ids when it optimises a palette; the colours still tell them.
    const palette = image.palette;
    const seen = palette === undefined ? image.ids : image.ids.map((id) => palette[3 * id] ?? 0);
    expect([name, [...seen]]).toEqual([name, ids]);
  }
  expect(written.rles).toHaveLength(24);
  for (const { width, height, counts, pixels } of written.rles) {
    const mask = rleFromString(counts, width, height);
    expect([...decodeRle(mask).data]).toEqual(pixels);
    expect(rleToString(mask)).toBe(counts);
  }
});
