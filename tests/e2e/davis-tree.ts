import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { downloadZip } from 'client-zip';
import type { Size } from '../../src/core/geometry.ts';
import { objectId } from '../../src/core/ids.ts';
import { writeResultsZip, type ResultFrame } from '../../src/formats/davis/davis-results.ts';
import type { GroundTruthSequence } from '../../src/formats/ground-truth/ground-truth.ts';
import { paintIds } from '../../src/formats/id-plane.ts';
import { unzip, visorSequences } from './scored-folders.ts';
import type { DroppedFile } from './studio.ts';

const TRUTH = 'tests/fixtures/visor/coffee/P00_00.json';

/** A sequence of a data set in DAVIS's layout, with the frames of the sample clip that it shows. */
export interface TreeSequence {
  readonly name: string;
  readonly frameCount: number;
}

interface TreeOptions {
  readonly sequences: readonly TreeSequence[];
  /** Unless given, all of them are there. */
  readonly hasMasks?: boolean;
}

/**
 * A zip as DAVIS 2017 is given out: pictures of the studio's sample clip and its annotations, which
 * are the fixtures' own. Each sequence takes what the fixtures have of another one.
 * @param page the studio, which has the clip and a decoder for it
 */
export async function davisZip(
  page: Page,
  { sequences, hasMasks = true }: TreeOptions,
): Promise<DroppedFile> {
  const annotated = await visorSequences(Uint8Array.from(await readFile(TRUTH)));
  const files: { name: string; input: Uint8Array<ArrayBuffer> | string }[] = [];
  for (const [at, { name, frameCount }] of sequences.entries()) {
    const source = annotated[at];
    if (source === undefined) throw new Error(`the fixtures have no sequence ${at}`);
    const frames = source.frames.slice(0, frameCount);
    const pictures = await picturesOf(page, {
      frames: frames.map(({ stem }) => clipFrame(stem)),
      size: source.size,
    });
    pictures.forEach((input, frame) => {
      files.push({ name: `DAVIS/JPEGImages/480p/${name}/${stemOf(frame)}.jpg`, input });
    });
    if (!hasMasks) continue;
    const masks = await masksOf({ ...source, name, frames });
    for (const { path, content } of masks) {
      files.push({ name: `DAVIS/Annotations/480p/${path}`, input: content });
    }
  }
  const names = sequences.map(({ name }) => name).join('\n');
  files.push({ name: 'DAVIS/ImageSets/2017/val.txt', input: `${names}\n` });
  const bytes = new Uint8Array(await downloadZip(files).arrayBuffer());
  return { name: 'DAVIS-2017-val.zip', type: 'application/zip', bytes };
}

function stemOf(frame: number): string {
  return String(frame).padStart(5, '0');
}

/** VISOR counts frames from 1. */
function clipFrame(stem: string): number {
  return Number(/\d+$/.exec(stem)?.[0]) - 1;
}

async function masksOf({ name, size, frames }: GroundTruthSequence) {
  const planes = async function* (): AsyncGenerator<ResultFrame> {
    for (const [at, { masks }] of frames.entries()) {
      const ids = new Uint8Array(size.width * size.height);
      const placed = [...masks].map(([id, mask]) => ({ objectId: objectId(id), mask }));
      paintIds(ids, size, placed);
      yield { sequence: name, stem: stemOf(at), size, ids };
    }
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeResultsZip(planes(), { modified: new Date(0) })) {
    chunks.push(chunk);
  }
  return unzip(Uint8Array.from(Buffer.concat(chunks)));
}

/** Frames of the sample clip as JPEGs, drawn at the size of the masks by the browser. */
async function picturesOf(
  page: Page,
  wanted: { readonly frames: readonly number[]; readonly size: Size },
): Promise<Uint8Array<ArrayBuffer>[]> {
  const encoded = await page.evaluate(async ({ frames, size }) => {
    const video = document.createElement('video');
    video.muted = true;
    video.src = '/samples/coffee.mp4';
    await new Promise((resolve, reject) => {
      video.addEventListener('loadeddata', resolve, { once: true });
      video.addEventListener('error', () => reject(new Error('the sample does not play')));
    });
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [size.width, size.height];
    const pictures: string[] = [];
    for (const frame of frames) {
      const sought = new Promise((resolve) =>
        video.addEventListener('seeked', resolve, { once: true }),
      );
      // The middle of the frame's time.
      video.currentTime = ((frame + 0.5) * 1001) / 30_000;
      await sought;
      canvas.getContext('2d')?.drawImage(video, 0, 0, size.width, size.height);
      pictures.push(canvas.toDataURL('image/jpeg', 0.9).split(',')[1] ?? '');
    }
    return pictures;
  }, wanted);
  return encoded.map((base64) => Uint8Array.from(Buffer.from(base64, 'base64')));
}
