import { rleFromString, type MaskRle } from '../../src/core/rle.ts';
import { splitIds } from '../../src/formats/id-plane.ts';
import { readIndexPng } from '../../src/formats/png-reader.ts';
import { listZip } from '../../src/formats/zip-reader.ts';

/** Masks by `frame/object`. */
export type MasksByPlace = ReadonlyMap<string, MaskRle>;

/** The parts of a project file that these tests look at; `docs/project.schema.json` has all. */
export interface ProjectFile {
  readonly prompts: readonly { readonly objectId: number; readonly frame: number }[];
  readonly masks: readonly {
    readonly objectId: number;
    readonly frame: number;
    readonly areaPx: number;
    readonly segmentation: { readonly size: readonly [number, number]; readonly counts: string };
  }[];
}

const [MAX_PNG_BYTES, MAX_PIXELS] = [2 ** 24, 2 ** 24];

export function parseProject(bytes: Uint8Array): ProjectFile {
  return JSON.parse(new TextDecoder().decode(bytes)) as ProjectFile;
}

/** Every mask of an exported project that is not empty. */
export function masksOfProject({ masks }: ProjectFile): MasksByPlace {
  return new Map(
    masks
      .filter(({ areaPx }) => areaPx > 0)
      .map(({ objectId, frame, segmentation }) => {
        const [height, width] = segmentation.size;
        return [`${frame}/${objectId}`, rleFromString(segmentation.counts, width, height)];
      }),
  );
}

/** Every mask of an exported zip of PNGs, by the number in the file's name. */
export async function masksOfPngZip(bytes: Uint8Array<ArrayBuffer>): Promise<MasksByPlace> {
  const masks = new Map<string, MaskRle>();
  for (const entry of await listZip(new Blob([bytes]))) {
    const png = await readIndexPng(await entry.read(MAX_PNG_BYTES), { maxPixels: MAX_PIXELS });
    const frame = Number(/(\d+)\.png$/.exec(entry.path)?.[1]);
    for (const [id, mask] of splitIds(png.ids, png)) masks.set(`${frame}/${id}`, mask);
  }
  return masks;
}
