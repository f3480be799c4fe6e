import { expect } from '@playwright/test';
import { decode } from 'fast-png';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { groupBy } from '../../src/core/group-by.ts';
import type { Size } from '../../src/core/geometry.ts';
import { objectId } from '../../src/core/ids.ts';
import { rleArea, rleFromString, type MaskRle } from '../../src/core/rle.ts';
import { paintIds, splitIds } from '../../src/formats/id-plane.ts';
import { readIndexPng } from '../../src/formats/png-reader.ts';
import { blobFile } from '../../src/formats/source-file.ts';
import { loadVisor } from '../../src/formats/visor/load-visor.ts';
import {
  masksOfPngZip,
  masksOfProject,
  parseProject,
  type MasksByPlace,
} from './exported-masks.ts';
import { unzip } from './scored-folders.ts';

/** A file that was saved, and what must be in it. */
export interface SavedExport {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the project, on all frames. */
  readonly masks: MasksByPlace;
  readonly video: Size;
  /** Of a video. */
  readonly frameCount: number;
}

/** COCO's compressed run lengths, as all of these files have them. */
interface Segmentation {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

const MAX_PIXELS = 2 ** 24;

/** Opens a saved file as those do that it is for, and compares its masks with the project's. */
export async function expectExport(kind: string, saved: SavedExport): Promise<void> {
  const check = CHECKS[kind] ?? (isVideo(saved.name) ? expectVideo : undefined);
  if (check === undefined) throw new Error(`nobody opens ${saved.name}, “${kind}”: add a check`);
  await check(saved);
}

const CHECKS: Readonly<Record<string, (saved: SavedExport) => Promise<void> | void>> = {
  'PNG masks': async ({ bytes, masks, video }) => {
    expect(await masksOfPngZip(bytes)).toEqual(withoutOverlap(masks, video));
  },
  'PNG masks by object': async ({ bytes, masks }) => {
    expect(await masksByFolder(bytes)).toEqual(masks);
  },
  'Cut-outs': expectCutOuts,
  Project: ({ bytes, masks }) => {
    expect(masksOfProject(parseProject(bytes))).toEqual(masks);
  },
  COCO: ({ bytes, masks }) => {
    const file = JSON.parse(textOf(bytes)) as CocoFile;
    const found = file.annotations.map(
      ({ image_id, track_id, segmentation }) =>
        [`${image_id - 1}/${track_id}`, maskOf(segmentation)] as const,
    );
    expect(new Map(found)).toEqual(masks);
  },
  'YouTube-VIS': ({ bytes, masks }) => {
    const { videos, annotations } = JSON.parse(textOf(bytes)) as YouTubeVisFile;
    const frames = videos[0]?.file_names.map(numberIn) ?? [];
    const found = annotations.flatMap(({ track_id, segmentations }) =>
      segmentations.flatMap((one, at) =>
        one === null ? [] : [[`${frames[at]}/${track_id}`, maskOf(one)] as const],
      ),
    );
    expect(new Map(found)).toEqual(masks);
  },
  'YouTube-VOS': async ({ bytes, masks, video }) => {
    const files = await unzip(bytes);
    const pngs = files.filter(({ path }) => path.startsWith('Annotations/'));
    expect(await masksOfPngs(pngs)).toEqual(withoutOverlap(masks, video));
    expect(files.map(({ path }) => path)).toContain('meta.json');
  },
  'SA-V': ({ bytes, masks }) => {
    const { masklet, masklet_id } = JSON.parse(textOf(bytes)) as SavFile;
    const found = masklet.flatMap((objects, frame) =>
      objects.map((one, at) => [`${frame}/${masklet_id[at]}`, maskOf(one)] as const),
    );
    expect(new Map(found.filter(([, { counts }]) => counts.length > 1))).toEqual(masks);
  },
  VISOR: expectVisor,
};

interface CocoFile {
  readonly annotations: readonly {
    readonly image_id: number;
    readonly track_id: number;
    readonly segmentation: Segmentation;
  }[];
}

interface YouTubeVisFile {
  readonly videos: readonly { readonly file_names: readonly string[] }[];
  readonly annotations: readonly {
    readonly track_id: number;
    readonly segmentations: readonly (Segmentation | null)[];
  }[];
}

interface VisorFile {
  readonly video_annotations: readonly {
    readonly image: { readonly name: string };
    readonly annotations: readonly { readonly id: string; readonly name: string }[];
  }[];
}

interface SavFile {
  readonly masklet_id: readonly number[];
  readonly masklet: readonly (readonly Segmentation[])[];
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function maskOf({ size: [height, width], counts }: Segmentation): MaskRle {
  return rleFromString(counts, width, height);
}

function numberIn(path: string): number {
  return Number(/(\d+)\.[a-z]+$/.exec(path)?.[1]);
}

/** As pictures hold them, where the lowest number keeps a pixel. */
function withoutOverlap(masks: MasksByPlace, size: Size): MasksByPlace {
  const byFrame = groupBy(masks, ([place]) => place.split('/')[0] ?? '');
  const found = [...byFrame].flatMap(([frame, entries]) => {
    const ids = new Uint8Array(size.width * size.height);
    const objects = entries.map(([place, mask]) => ({
      objectId: objectId(Number(place.split('/')[1])),
      mask,
    }));
    paintIds(ids, size, objects);
    return [...splitIds(ids, size)].map(([id, mask]) => [`${frame}/${id}`, mask] as const);
  });
  return new Map(found);
}

type ZipFile = Awaited<ReturnType<typeof unzip>>[number];

async function masksOfPngs(files: readonly ZipFile[]): Promise<MasksByPlace> {
  const masks = new Map<string, MaskRle>();
  for (const { path, content } of files) {
    const png = await readIndexPng(content, { maxPixels: MAX_PIXELS });
    for (const [id, mask] of splitIds(png.ids, png)) masks.set(`${numberIn(path)}/${id}`, mask);
  }
  return masks;
}

async function masksByFolder(bytes: Uint8Array<ArrayBuffer>): Promise<MasksByPlace> {
  const masks = new Map<string, MaskRle>();
  for (const { path, content } of await unzip(bytes)) {
    const png = await readIndexPng(content, { maxPixels: MAX_PIXELS });
    const object = Number(path.split('/').at(-2));
    for (const [value, mask] of splitIds(png.ids, png)) {
      expect(value).toBe(255);
      masks.set(`${numberIn(path)}/${object}`, mask);
    }
  }
  return masks;
}

async function expectCutOuts({ bytes, masks, video }: SavedExport): Promise<void> {
  const files = await unzip(bytes);
  const frames = new Set([...masks.keys()].map((place) => Number(place.split('/')[0])));
  expect(new Set(files.map(({ path }) => numberIn(path)))).toEqual(frames);
  const drawn = withoutOverlap(masks, video);
  for (const { path, content } of files) {
    const { data, width, height, channels } = decode(content);
    expect([width, height, channels]).toEqual([video.width, video.height, 4]);
    let opaque = 0;
    for (let at = 3; at < data.length; at += 4) opaque += Number((data[at] ?? 0) > 0);
    const own = [...drawn].filter(([place]) => place.startsWith(`${numberIn(path)}/`));
    expect(opaque).toBe(own.reduce((sum, [, mask]) => sum + rleArea(mask), 0));
  }
}

/** Drawn and resized to the clip as VISOR's own tool does. */
async function expectVisor({ name, bytes, masks, video }: SavedExport): Promise<void> {
  const file = JSON.parse(textOf(bytes)) as VisorFile;
  // An annotation's id ends in its object's.
  const annotations = file.video_annotations.flatMap((frame) => frame.annotations);
  const idOf = new Map(annotations.map((one) => [one.name, Number.parseInt(one.id.slice(-4), 16)]));
  const source = blobFile(name, new Blob([bytes]));
  const { sequences } = await loadVisor(source, { rule: 'all-frames', size: video });
  expect(sequences).toHaveLength(1);
  const found = sequences.flatMap(({ frames, objects }) => {
    const nameOf = new Map<number, string>(objects.map((one) => [one.id, one.name]));
    return frames.flatMap(({ stem, masks: own }) =>
      [...own].map(([id, mask]) => {
        const object = idOf.get(nameOf.get(id) ?? '');
        return [`${Number(/\d+$/.exec(stem)?.[0])}/${object}`, mask] as const;
      }),
    );
  });
  expect(new Map(found)).toEqual(withoutOverlap(masks, video));
}

function isVideo(name: string): boolean {
  return /\.(mp4|webm)$/.test(name);
}

/** Every frame is there, in order, from time 0 on. */
async function expectVideo({ bytes, frameCount }: SavedExport): Promise<void> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error('the file has no video');
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) times.push(packet.timestamp);
  expect(times).toHaveLength(frameCount);
  expect(times[0]).toBe(0);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
}
