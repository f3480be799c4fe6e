import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { downloadZip } from 'client-zip';
import { rleFromString, rleIou } from '../../src/core/rle.ts';
import type { MasksByPlace } from './exported-masks.ts';
import type { DroppedFile } from './studio.ts';

/** Masks of one frame: COCO RLE counts by object. */
type FrameMasks = Readonly<Record<string, string>>;

/** A golden of the reference predictor on a real clip. */
export interface NanoTrack {
  /** Height, width. */
  readonly size: readonly [number, number];
  readonly origin: { readonly frames: readonly string[] };
  readonly steps: readonly (
    | {
        readonly do: 'points';
        readonly frame: number;
        readonly object: number;
        readonly points: readonly (readonly [number, number])[];
        readonly labels: readonly (0 | 1)[];
      }
    | { readonly do: 'forward'; readonly frames: Readonly<Record<string, FrameMasks>> }
  )[];
}

export async function readNanoTrack(path: string): Promise<NanoTrack> {
  return JSON.parse(await readFile(path, 'utf8')) as NanoTrack;
}

/** The golden's frames as a zip, as somebody would drop it. */
export async function framesAsZip(path: string, { origin }: NanoTrack): Promise<DroppedFile> {
  const files = await Promise.all(
    origin.frames.map(async (frame) => ({
      name: basename(frame),
      input: new Uint8Array(await readFile(join(dirname(path), frame))),
    })),
  );
  const bytes = new Uint8Array(await downloadZip(files).arrayBuffer());
  return { name: 'frames.zip', type: 'application/zip', bytes };
}

/** The least IoU over all masks of the golden's last step. */
export function leastAgreement({ size, steps }: NanoTrack, masks: MasksByPlace): number {
  const [height, width] = size;
  const last = steps.at(-1);
  if (last?.do !== 'forward') throw new Error('the golden does not end with tracking');
  let least = 1;
  for (const [frame, objects] of Object.entries(last.frames)) {
    for (const [object, counts] of Object.entries(objects)) {
      const reference = rleFromString(counts, width, height);
      const mask = masks.get(`${frame}/${object}`);
      const isEmpty = reference.counts.length === 1;
      const iou = mask === undefined ? Number(isEmpty) : rleIou(mask, reference);
      least = Math.min(least, iou);
    }
  }
  return least;
}
