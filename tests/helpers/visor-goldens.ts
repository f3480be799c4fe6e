import { VISOR_SIZE } from '../../src/core/relate-sizes.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readIndexPng } from '../../src/formats/png-reader.ts';
import { blobFile, type SourceFile } from '../../src/formats/source-file.ts';
import { PolygonFiller } from '../../src/formats/visor/fill-polygons.ts';
import { FrameRasterizer } from '../../src/formats/visor/frame-rasterizer.ts';
import { loadVisor, type VisorGroundTruth } from '../../src/formats/visor/load-visor.ts';
import { VisorDefects } from '../../src/formats/visor/visor-defects.ts';
import { readVisorFrames } from '../../src/formats/visor/visor-reader.ts';
import { writeSubmission, type SubmissionFrame } from '../../src/formats/visor/visor-submission.ts';
import {
  RULE_OF_SET,
  treePath,
  treeTexts,
  type VisorSet,
} from '../../src/formats/visor/visor-tree.ts';
import { paintMasks } from './paint-masks.ts';

interface FillCase {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly polygons: readonly (readonly (readonly [number, number])[])[];
  readonly 'opencv_4.6.0': readonly string[];
}

const SETS = [
  ['val', 'val_keep1'],
  ['train', 'train_keep0'],
] as const;

/** A file on disk as the readers take it. */
export function diskFile(path: string): SourceFile {
  return blobFile(path.slice(path.lastIndexOf('/') + 1), new Blob([readFileSync(path)]));
}

/** Paths of all files below a folder, with `/`, sorted. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function readPng(path: string) {
  return readIndexPng(new Uint8Array(readFileSync(path)), { maxPixels: 1 << 24 });
}

async function loadAll(folder: string, set: VisorSet): Promise<VisorGroundTruth[]> {
  // Both sets are made from the same files.
  const input = join(folder, 'input/val');
  const loaded: VisorGroundTruth[] = [];
  for (const name of filesBelow(input)) {
    loaded.push(await loadVisor(diskFile(join(input, name)), { rule: RULE_OF_SET[set] }));
  }
  return loaded;
}

/** Tests over a folder of the form of the conversion goldens; files that it lacks are not tested. */
export function describeVisorGoldens(folder: string): void {
  const cases = join(folder, 'fillpoly_cases.json');
  describe.runIf(existsSync(cases))('cv2.fillPoly of OpenCV 4.6', () => {
    const list = existsSync(cases)
      ? (JSON.parse(readFileSync(cases, 'utf8')) as readonly FillCase[])
      : [];
    test.each(list.map((item, index) => [`${index} ${item.kind}`, item] as const))(
      '%s',
      (_, item) => {
        const data = new Uint8Array(item.width * item.height);
        const polygons = item.polygons.map((polygon) => Int32Array.from(polygon.flat()));
        // An empty polygon becomes one point before it gets to OpenCV.
        const drawn = polygons.map((polygon) =>
          polygon.length === 0 ? Int32Array.of(0, 0) : polygon,
        );
        const hasPainted = new PolygonFiller(item).paint(data, drawn, 1);
        const rows = item['opencv_4.6.0'].map((_row, y) =>
          data.subarray(y * item.width, (y + 1) * item.width).join(''),
        );
        expect(rows).toEqual(item['opencv_4.6.0']);
        expect(hasPainted).toBe(rows.join('').includes('1'));
      },
    );
  });

  for (const [set, name] of SETS) {
    const expected = join(folder, 'expected', name);
    describe.runIf(existsSync(expected))(`visor_to_davis.py, ${name}`, () =>
      describeTree(folder, expected, set),
    );
  }
  const submission = join(folder, 'expected/submission_val.json');
  describe.runIf(existsSync(submission))('pngs_to_visor.py', () =>
    describeSubmission(folder, submission),
  );
}

function describeTree(folder: string, expected: string, set: VisorSet): void {
  const root = join(expected, 'VISOR_2022');

  test('every pixel of every PNG, and no other PNG', async () => {
    const loaded = await loadAll(folder, set);
    const written: string[] = [];
    for (const sequence of loaded.flatMap(({ sequences }) => sequences)) {
      for (const { stem, masks } of sequence.frames) {
        const path = treePath('Annotations', sequence, stem);
        written.push(path);
        const png = await readPng(join(root, path));
        expect({ width: png.width, height: png.height }, path).toEqual(sequence.size);
        const drawn = paintMasks(sequence.size, masks);
        expect(Buffer.compare(drawn, png.ids), path).toBe(0);
      }
    }
    const pngs = filesBelow(root).filter((path) => path.endsWith('.png'));
    expect(pngs.length).toBeGreaterThan(0);
    expect(written.sort()).toEqual(pngs);
  });

  test('image sets and mapping, byte for byte', async () => {
    const loaded = await loadAll(folder, set);
    const sequences = loaded.flatMap((truth) => truth.sequences);
    const texts = treeTexts(
      set,
      sequences,
      loaded.map(({ entityIds }) => entityIds),
    );
    for (const { path, text } of texts)
      expect(text, path).toBe(readFileSync(join(root, path), 'utf8'));
    const others = filesBelow(root).filter((path) => !/\.(png|jpg)$/.test(path));
    expect(texts.map(({ path }) => path).sort()).toEqual(others);
  });

  test('pictures that stay', async () => {
    const kept = (await loadAll(folder, set))
      .flatMap(({ sequences }) => sequences)
      .flatMap((sequence) =>
        sequence.frames.map(({ stem }) => treePath('JPEGImages', sequence, stem)),
      );
    const list: unknown = JSON.parse(readFileSync(join(expected, 'jpegs.json'), 'utf8'));
    expect(kept.sort()).toEqual(list);
  });
}

async function* predictions(folder: string): AsyncGenerator<SubmissionFrame> {
  const root = join(folder, 'input/predictions');
  for (const path of filesBelow(root)) {
    const [sequence = '', name = ''] = path.split('/');
    yield { sequence, stem: name.replace('.png', ''), ids: (await readPng(join(root, path))).ids };
  }
}

function describeSubmission(folder: string, submission: string): void {
  test('the file, byte for byte', async () => {
    const mapping = JSON.parse(
      readFileSync(join(folder, 'expected/val_keep1/VISOR_2022/val_data_mapping.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const names = new Map(
      Object.entries(mapping).map(([sequence, byId]) => [
        sequence,
        new Map(Object.entries(byId).map(([id, name]) => [Number(id), name])),
      ]),
    );
    let text = '';
    for await (const piece of writeSubmission(predictions(folder), names)) text += piece;
    expect(text === readFileSync(submission, 'utf8')).toBe(true);

    // Filled as VISOR fills, the polygons are the PNGs again.
    const frames = new Map<string, Uint8Array>();
    for await (const { stem, ids } of predictions(folder)) frames.set(stem, ids);
    const rasterizer = new FrameRasterizer(VISOR_SIZE);
    const file = blobFile('val.json', new Blob([text]));
    let compared = 0;
    for await (const frame of readVisorFrames(file, { defects: new VisorDefects() })) {
      const byName = names.get(frame.sequence) ?? new Map<number, string>();
      const idOf = new Map([...byName].map(([id, name]) => [name, id as never]));
      const drawn = rasterizer.rasterize(frame, idOf);
      expect(frame.canvas).toBe('dense');
      const ids = frames.get(frame.name.replace('.png', ''));
      expect(Buffer.compare(drawn ?? new Uint8Array(854 * 480), ids ?? new Uint8Array(0))).toBe(0);
      compared++;
    }
    expect(compared).toBe(frames.size);
  });
}
