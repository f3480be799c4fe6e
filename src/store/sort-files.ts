import type { ChosenFile } from '../client/dropped-files.ts';
import { looksLikeAnnotations } from '../core/annotation-start.ts';

/** Chosen files by what they can be; hidden ones are in none. */
export interface SortedFiles {
  readonly all: readonly ChosenFile[];
  readonly checkpoints: readonly ChosenFile[];
  readonly videos: readonly ChosenFile[];
  readonly zips: readonly ChosenFile[];
  /** Pictures of frames: JPEGs, and PNGs that lie among them. */
  readonly frames: readonly ChosenFile[];
  /** PNGs that lie in folders of their own. They may be frames all the same. */
  readonly masks: readonly ChosenFile[];
  /** DAVIS's layout: masks under `Annotations`. */
  readonly annotations: readonly ChosenFile[];
  /** Beside `annotations`: pictures under `JPEGImages`. */
  readonly pictures: readonly ChosenFile[];
  /** Beside `annotations`: texts under `ImageSets`. */
  readonly lists: readonly ChosenFile[];
  /** JSON that starts as annotations do: VISOR’s, COCO’s, SA-V’s. */
  readonly labels: readonly ChosenFile[];
  /** What VISOR and YouTube-VOS have beside their annotations, by name. */
  readonly tables: readonly ChosenFile[];
  /** Any other JSON, but not in a data set's tree. */
  readonly projects: readonly ChosenFile[];
}

const CHECKPOINT = /\.(pt|pth|safetensors)$/i;
const IMAGE = /\.(jpe?g|png)$/i;
const PNG = /\.png$/i;
const VIDEO = /\.(mp4|m4v|mov|mkv|webm|avi|ts|mts|m2ts|ogv|3gp)$/i;
const JSON_NAME = /\.json$/i;
const TABLE = /((frame_mapping|frames_to_timestamps|data_mapping)[^/]*|(^|\/)meta)\.json$/i;
const SNIFFED_BYTES = 256;

/** Sorts files by name and path, and JSON by how it starts. */
export async function sortFiles(files: readonly ChosenFile[]): Promise<SortedFiles> {
  const all = files.filter(({ path }) => !isHidden(path));
  const named = (pattern: RegExp) => all.filter(({ path }) => pattern.test(path));
  const json = named(JSON_NAME).filter((file) => !isTable(file));
  const starts = await Promise.all(json.map(({ file }) => startOf(file)));
  const labels = json.filter((_, at) => looksLikeAnnotations(starts[at] ?? ''));
  const annotations = named(PNG).filter((file) => isUnder(file, 'Annotations'));
  const isTree = annotations.length > 0;
  const typed = all.filter(({ file }) => file.type.startsWith('video/'));
  const videos = named(VIDEO);
  return {
    all,
    checkpoints: named(CHECKPOINT),
    videos: videos.length > 0 ? videos : typed,
    zips: named(/\.zip$/i),
    ...(isTree ? { frames: [], masks: [] } : framesAndMasks(named(IMAGE))),
    annotations,
    pictures: isTree ? named(IMAGE).filter((file) => isUnder(file, 'JPEGImages')) : [],
    lists: isTree ? named(/\.txt$/i).filter((file) => isUnder(file, 'ImageSets')) : [],
    labels,
    tables: all.filter((file) => isTable(file)),
    projects: isTree ? [] : json.filter((file) => !labels.includes(file)),
  };
}

/** Whether the file tells something of annotations without holding any. */
export function isTable({ path }: ChosenFile): boolean {
  return TABLE.test(path);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path without its last part. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function framesAndMasks(images: readonly ChosenFile[]): Pick<SortedFiles, 'frames' | 'masks'> {
  const pictured = new Set(
    images.filter(({ path }) => !PNG.test(path)).map(({ path }) => folderOf(path)),
  );
  const isFrame = ({ path }: ChosenFile) => pictured.has(folderOf(path));
  return { frames: images.filter(isFrame), masks: images.filter((file) => !isFrame(file)) };
}

function isUnder({ path }: ChosenFile, folder: string): boolean {
  return path.split('/').slice(0, -1).includes(folder);
}

/** Files that macOS adds to folders, and other hidden ones. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

async function startOf(file: File): Promise<string> {
  return file.slice(0, SNIFFED_BYTES).text();
}
