import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rleToString } from '../../../src/core/rle.ts';
import { splitIds } from '../../../src/formats/id-plane.ts';
import { writeDataset } from '../../helpers/dataset-exports.ts';
import { visorClip } from '../../helpers/open-truth.ts';
import { drawnMasks, NAMES, paintedMasks } from '../../helpers/visor-exports.ts';

// See tests/interop/visor_annotations.py for what this needs and how to run it.
const PYTHON = process.env['PYTHON'] ?? 'python3';
const SCRIPT = 'tests/interop/visor_annotations.py';
const SEQUENCE = 'P01_107_seq_00001';

/** What the script prints. */
interface Drawn {
  readonly mapping: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Row-major ids, deflated, in base64. */
  readonly pngs: Readonly<Record<string, string>>;
}

let folder = '';
let missing: string | undefined;

beforeAll(() => {
  const probe = spawnSync(PYTHON, ['-c', 'import cv2, numpy'], { encoding: 'utf8' });
  if (probe.status !== 0) {
    missing = (probe.stderr ?? 'it cannot be run').trim().split('\n').at(-1);
    return;
  }
  folder = mkdtempSync(join(tmpdir(), 'visor-'));
});

afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true });
});

for (const size of [
  { width: 456, height: 256 },
  { width: 854, height: 480 },
  { width: 1920, height: 1080 },
]) {
  const resolution = `${size.width}x${size.height}`;
  test(`OpenCV draws the masks of a clip of ${resolution}, every pixel`, async (ctx) => {
    if (missing !== undefined) ctx.skip(`OpenCV for Python is needed: ${missing}`);
    const video = visorClip({ ...size, frameCount: 2 });
    const masks = drawnMasks(size, 2);
    const content = await writeDataset('visor', { video, names: NAMES, masks });
    const path = join(folder, `${resolution}.json`);
    writeFileSync(path, new Uint8Array(await content.arrayBuffer()));
    const output = execFileSync(PYTHON, [SCRIPT, 'draw', path, resolution, '1'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const { mapping, pngs } = JSON.parse(output) as Drawn;
    const sorted = [...NAMES].sort();
    expect(mapping).toEqual({
      [SEQUENCE]: Object.fromEntries(sorted.map((name, at) => [at + 1, name])),
    });
    const drawn = Object.entries(pngs).map(([png, plane]) => {
      const found = splitIds(inflateSync(Buffer.from(plane, 'base64')), size);
      return [png, [...found].map(([id, mask]) => [sorted[id - 1], rleToString(mask)])];
    });
    expect(drawn).toEqual(
      [0, 1].map((frame) => [
        `${SEQUENCE}/P01_107_frame_000000000${frame + 1}.png`,
        Object.entries(paintedMasks(masks, size, frame)).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
    );
  });
}
