import { StudioError } from '../../core/errors.ts';
import { baseName, folderOf, type ImageFile } from './image-file.ts';

const IMAGE_NAME = /\.(jpe?g|png)$/i;
/** Which of the sequences in a folder is meant cannot be guessed; this many are named. */
const MAX_NAMED_FOLDERS = 4;

/**
 * The pictures among `files`, in the order of the numbers in their names. Folders may be nested,
 * but the pictures must lie in one of them.
 * @throws StudioError `file-invalid` where there are none, or in several folders
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
  return images.sort((a, b) => compareNames(baseName(a.path), baseName(b.path)));
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
  const digits = /(\d+)\D*$/.exec(name.replace(/\.[^.]*$/, ''))?.[1];
  return digits === undefined ? -1 : Number(digits);
}
