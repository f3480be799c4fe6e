import { splitIds } from '../../src/formats/id-plane.ts';
import { readIndexPng } from '../../src/formats/png-reader.ts';
import { blobFile } from '../../src/formats/source-file.ts';
import { loadVisor } from '../../src/formats/visor/load-visor.ts';
import { rleToString } from '../../src/core/rle.ts';
import { unzip } from './scored-folders.ts';

/** COCO strings by `sequence/frame/id`; objects that are not to be seen are left out. */
export type ResultMasks = ReadonlyMap<string, string>;

const MAX_PIXELS = 2 ** 20;

/** Every mask of a zip of results as DAVIS lays them out. */
export async function maskOfIds(bytes: Uint8Array<ArrayBuffer>): Promise<ResultMasks> {
  const masks = new Map<string, string>();
  for (const { path, content } of await unzip(bytes)) {
    const png = await readIndexPng(content, { maxPixels: MAX_PIXELS });
    for (const [id, mask] of splitIds(png.ids, png)) {
      masks.set(`${path.replace('.png', '')}/${id}`, rleToString(mask));
    }
  }
  return masks;
}

/** Every mask of a submission, drawn as VISOR draws polygons. */
export async function submissionMasks(bytes: Uint8Array<ArrayBuffer>): Promise<ResultMasks> {
  const masks = new Map<string, string>();
  for (const { path, content } of await unzip(bytes)) {
    const file = blobFile(path, new Blob([content]));
    const { sequences } = await loadVisor(file, { rule: 'first-frame' });
    for (const { name, frames } of sequences) {
      for (const frame of frames) {
        for (const [id, mask] of frame.masks) {
          masks.set(`${name}/${frame.stem}/${id}`, rleToString(mask));
        }
      }
    }
  }
  return masks;
}
