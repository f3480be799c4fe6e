import { groupBy } from '../core/group-by.ts';
import { compareCodePoints } from '../formats/code-points.ts';
import { baseName, folderOf } from '../formats/source-file.ts';
import { listZip } from '../formats/zip-reader.ts';
import type { ZipPictures, ZipSurvey } from '../protocol/export-api.ts';

const PICTURE = /\.(jpe?g|png)$/i;
const MASK = /\.png$/i;
/** DAVIS's; SA-V adds a rate: `JPEGImages_24fps`, `Annotations_6fps`. */
const PICTURES = /^JPEGImages(_|$)/;
const MASKS = /^Annotations(_|$)/;
/** The resolution at which DAVIS is scored. */
const SCORED = '480p';

/**
 * What a zip holds, by its directory alone: the frames of a data set of DAVIS's layout by sequence,
 * each at one resolution, and how many masks lie beside them.
 * @throws StudioError `file-invalid` for a zip that is damaged or names a path outside itself
 */
export async function surveyZip(file: Blob): Promise<ZipSurvey> {
  const paths = (await listZip(file)).map(({ path }) => path);
  const pictures = paths.filter((path) => PICTURE.test(path) && isUnder(path, PICTURES));
  const folders = [...groupBy(pictures, folderOf)].map(([folder, own]) => ({
    folder,
    sequence: baseName(folder),
    count: own.length,
  }));
  const bySequence = groupBy(folders, ({ sequence }) => sequence);
  return {
    pictures: [...bySequence.values()]
      .flatMap((own) => oneResolution(own))
      .sort((a, b) => compareCodePoints(a.sequence, b.sequence)),
    maskCount: paths.filter((path) => MASK.test(path) && isUnder(path, MASKS)).length,
  };
}

function oneResolution(folders: readonly ZipPictures[]): readonly ZipPictures[] {
  const scored = folders.find(({ folder }) => folder.split('/').includes(SCORED));
  return [scored ?? folders[0]].filter((folder) => folder !== undefined);
}

function isUnder(path: string, name: RegExp): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((part) => name.test(part));
}
