import type { MediaSource } from '../protocol/media-api.ts';

/** What the user wants with what they dropped or picked. */
export type FileIntent =
  | { readonly kind: 'open'; readonly source: MediaSource; readonly name: string }
  | { readonly kind: 'load-model'; readonly file: File }
  | { readonly kind: 'import'; readonly file: File }
  /** Frames to open or masks to import: only the user can tell. */
  | { readonly kind: 'zip'; readonly file: File }
  | { readonly kind: 'nothing'; readonly message: string; readonly hint: string };

const CHECKPOINT = /\.(pt|pth|safetensors)$/i;
const IMAGE = /\.(jpe?g|png)$/i;
const VIDEO = /\.(mp4|m4v|mov|mkv|webm|avi|ts|mts|m2ts|ogv|3gp)$/i;

/**
 * Reads intents from file names. Several at once are possible, such as a clip with a checkpoint.
 * @param folderName where one folder was chosen
 */
export function classifyFiles(files: readonly File[], folderName?: string): FileIntent[] {
  const intents: FileIntent[] = [];
  const visible = files.filter((file) => !file.name.startsWith('.'));
  const checkpoint = visible.find((file) => CHECKPOINT.test(file.name));
  if (checkpoint !== undefined) intents.push({ kind: 'load-model', file: checkpoint });
  const images = visible.filter((file) => IMAGE.test(file.name));
  const video =
    visible.find((file) => VIDEO.test(file.name)) ??
    visible.find((file) => file.type.startsWith('video/'));
  if (video !== undefined) {
    intents.push({ kind: 'open', source: { kind: 'file', file: video }, name: video.name });
  } else if (images.length > 0) {
    const name = folderName ?? (images.length === 1 ? (images[0]?.name ?? '') : 'frames');
    intents.push({ kind: 'open', source: { kind: 'folder', name, files: images }, name });
  }
  for (const file of visible) {
    if (/\.json$/i.test(file.name)) intents.push({ kind: 'import', file });
    else if (/\.zip$/i.test(file.name)) intents.push({ kind: 'zip', file });
  }
  return intents.length > 0 ? intents : [nothingUsable(visible)];
}

function nothingUsable(files: readonly File[]): FileIntent {
  const [first] = files;
  const message =
    first === undefined
      ? 'There are no files in what you dropped.'
      : files.length === 1
        ? `“${first.name}” is not a kind of file that the studio knows.`
        : `None of these ${files.length} files is of a kind that the studio knows.`;
  return {
    kind: 'nothing',
    message,
    hint: 'Drop a video (MP4, MOV, WebM, MKV), a folder or zip of JPG or PNG frames, a checkpoint (.pt, .safetensors), or an export (.json, .zip).',
  };
}
