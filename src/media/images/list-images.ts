import { StudioError } from '../../core/errors.ts';
import { baseName, folderOf, type ImageFile } from './image-file.ts';

const IMAGE_NAME = /\.(jpe?g|png)$/i;
/** Which of the sequences in a folder is meant cannot be guessed; this many are named. */
const MAX_NAMED_FOLDERS = 4;

/**
 * The pictures among `files`, in the order of the numbers in their names. Folders may be nested,
 * but the pictures must lie in one of them.
 * @throws StudioError `file-invalid` where there are none, in several folders, or two for a frame
 */
export function listImages(clipName: string, files: readonly ImageFile[]): ImageFile[] {
  const images = files.filter(({ path }) => IMAGE_NAME.test(path) && !isHidden(path));
  if (images.length === 0) {
    throw new StudioError('file-invalid', `${clipName} holds no jpg or png pictures.`, {
      hint: `To make pictures from a video: ffmpeg -i video.mp4 -q:v 2 -start_number 0 frames/%06d.jpg`,
    });
  }
  const folders = [...new Set(images.map(({ path }) => folderOf(path)))];
  if (folders.length > 1) {
    const named = folders.slice(0, MAX_NAMED_FOLDERS).map((folder) => folder || '(top)');
    const more = folders.length > named.length ? ', …' : '';
    throw new StudioError(
      'file-invalid',
      `${clipName} holds pictures in ${folders.length} folders: ${named.join(', ')}${more}`,
      { hint: 'A clip is one folder. Open the folder of the clip that you want.' },
    );
  }
  const sorted = images.sort((a, b) => compareNames(baseName(a.path), baseName(b.path)));
  refuseTwins(clipName, sorted);
  return sorted;
}

/** Pictures and their annotations mixed up, where a browser does not tell the folders of files. */
function refuseTwins(clipName: string, sorted: readonly ImageFile[]): void {
  const known = new Map<string, string>();
  for (const { path } of sorted) {
    const name = baseName(path);
    const twin = known.get(withoutExtension(name));
    if (twin !== undefined) {
      throw new StudioError(
        'file-invalid',
        `${clipName} holds two pictures for one frame: ${twin} and ${name}.`,
        { hint: 'A clip is one folder. Open the folder of the clip that you want.' },
      );
    }
    known.set(withoutExtension(name), name);
  }
}

function withoutExtension(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/** Files that macOS adds to zips, and other hidden ones. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

/**
 * Order of `frame_9.jpg` before `frame_10.jpg`: by the last number in the name, as the reference
 * sorts its frame folders, then by the name.
 */
function compareNames(a: string, b: string): number {
  return lastNumber(a) - lastNumber(b) || (a < b ? -1 : Number(a > b));
}

function lastNumber(name: string): number {
  const digits = /(\d+)\D*$/.exec(withoutExtension(name))?.[1];
  return digits === undefined ? -1 : Number(digits);
}
