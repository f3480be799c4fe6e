import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { exported, pixelsOf, request, rgbaOf } from '../../helpers/dataset-exports.ts';

// See tests/interop/exchange_datasets.py for what this needs and how to run it.
const PYTHON = process.env['PYTHON'] ?? 'python3';
const SCRIPT = 'tests/interop/exchange_datasets.py';
const FILES = {
  coco: 'coco.json',
  'youtube-vis': 'youtube-vis.json',
  sav: 'sav.json',
  'youtube-vos': 'youtube-vos.zip',
  'object-png-zip': 'object-png-zip.zip',
  'cut-out-png-zip': 'cut-out-png-zip.zip',
} as const;

interface SeenPng {
  readonly mode: string;
  readonly pixels: readonly number[];
}

/** What the script prints. */
interface Seen {
  readonly coco: { readonly annotations: unknown; readonly files: readonly string[] };
  readonly youtubeVis: {
    readonly files: readonly string[];
    readonly length: number;
    readonly annotations: unknown;
  };
  readonly sav: { readonly masklet: unknown };
  readonly youtubeVos: Readonly<Record<string, SeenPng>>;
  readonly objects: Readonly<Record<string, SeenPng>>;
  readonly cutOuts: Readonly<Record<string, SeenPng>>;
}

describe('researchers’ own tools', () => {
  let folder = '';
  let seen: Seen | undefined;
  let missing: string | undefined;

  beforeAll(async () => {
    const probe = spawnSync(PYTHON, ['-c', 'import numpy, PIL, pycocotools'], { encoding: 'utf8' });
    missing =
      probe.status === 0
        ? undefined
        : (probe.stderr ?? 'it cannot be run').trim().split('\n').at(-1);
    if (missing !== undefined) return;
    folder = mkdtempSync(join(tmpdir(), 'datasets-'));
    for (const [kind, name] of Object.entries(FILES) as [keyof typeof FILES, string][]) {
      const blob = await exported(kind);
      writeFileSync(join(folder, name), new Uint8Array(await blob.arrayBuffer()));
    }
    const output = execFileSync(PYTHON, [SCRIPT, 'read', folder], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    seen = JSON.parse(output);
  });

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function part<Name extends keyof Seen>(ctx: TestContext, name: Name): Seen[Name] {
    if (seen === undefined) ctx.skip(`pycocotools and Pillow are needed: ${missing}`);
    return seen[name];
  }

  test('pycocotools reads COCO', (ctx) => {
    const coco = part(ctx, 'coco');
    expect(coco.files).toEqual([0, 1, 2, 3, 4].map((frame) => `0000${frame}.jpg`));
    const shown = [
      [1, 0],
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 4],
      [2, 4],
    ] as const;
    expect(coco.annotations).toEqual(
      shown.map(([track, frame], i) => ({
        id: i + 1,
        file: `0000${frame}.jpg`,
        category: request().objects[track - 1]?.name,
        track,
        isArea: true,
        isBox: true,
        pixels: pixelsOf(track, frame),
      })),
    );
  });

  test('YouTube-VIS’s reader finds masks where there are some and null where not', (ctx) => {
    const vis = part(ctx, 'youtubeVis');
    expect(vis.length).toBe(5);
    expect(vis.files).toHaveLength(5);
    expect(vis.annotations).toEqual(
      [1, 2].map((track) => ({
        track,
        frames: [0, 1, 2, 3, 4].map((frame) => {
          const pixels = pixelsOf(track, frame);
          return pixels.includes(1) ? pixels : null;
        }),
      })),
    );
  });

  test('SA-V’s reader finds every object on every frame', (ctx) => {
    const sav = part(ctx, 'sav');
    expect(sav).toMatchObject({
      video_id: 'blackswan',
      video_frame_count: 5,
      video_duration: 0.2,
      masklet_id: [1, 2],
      masklet_name: request().objects.map(({ name }) => name),
      masklet_first_appeared_frame: [0, 1],
      masklet_visibility_changes: [2, 2],
      masklet_edited_frame_count: [1, 0],
    });
    expect(sav.masklet).toEqual(
      [0, 1, 2, 3, 4].map((frame) => [1, 2].map((id) => pixelsOf(id, frame))),
    );
  });

  test('Pillow reads YouTube-VOS’s PNGs; its table names what they show', (ctx) => {
    const vos = part(ctx, 'youtubeVos');
    const folder = 'Annotations/blackswan';
    const names = [0, 1, 2, 3, 4].map((frame) => `${folder}/0000${frame}.png`);
    expect(Object.keys(vos)).toEqual([...names, 'meta.json']);
    for (const frame of [0, 1, 2, 3, 4]) {
      const second = pixelsOf(2, frame);
      const ids = pixelsOf(1, frame).map((pixel, i) => pixel || 2 * (second[i] ?? 0));
      expect(vos[`${folder}/0000${frame}.png`]).toEqual({ mode: 'P', pixels: ids });
    }
    const [swan, reed] = request().objects;
    expect(vos['meta.json']).toEqual({
      videos: {
        blackswan: {
          objects: {
            1: { category: swan?.name, frames: ['00000', '00001', '00004'] },
            // On frame 4 the swan lies over it.
            2: { category: reed?.name, frames: ['00001', '00002'] },
          },
        },
      },
    });
  });

  test('Pillow reads a PNG for every object and frame, whole where objects overlap', (ctx) => {
    const objects = part(ctx, 'objects');
    expect(Object.keys(objects)).toHaveLength(10);
    for (const id of [1, 2]) {
      for (const frame of [0, 1, 2, 3, 4]) {
        expect(objects[`blackswan/00${id}/0000${frame}.png`]).toEqual({
          mode: 'L',
          pixels: pixelsOf(id, frame).map((pixel) => pixel * 255),
        });
      }
    }
  });

  test('Pillow reads cut-outs: the frame’s own pixels, and nothing elsewhere', (ctx) => {
    const cutOuts = part(ctx, 'cutOuts');
    expect(Object.keys(cutOuts)).toHaveLength(5);
    for (const frame of [0, 1, 2, 3, 4]) {
      const [first, second] = [pixelsOf(1, frame), pixelsOf(2, frame)];
      const expected = [...rgbaOf(frame)].map((value, i) => {
        const pixel = Math.floor(i / 4);
        return first[pixel] === 1 || second[pixel] === 1 ? value : 0;
      });
      expect(cutOuts[`blackswan/0000${frame}.png`]).toEqual({ mode: 'RGBA', pixels: expected });
    }
  });
});
