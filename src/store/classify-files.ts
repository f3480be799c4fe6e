import type { ChosenFile, ChosenFiles } from '../client/dropped-files.ts';
import type { ZipPictures, ZipSurvey } from '../protocol/export-api.ts';
import type { MediaSource } from '../protocol/media-api.ts';
import { baseName, folderOf, isTable, sortFiles, type SortedFiles } from './sort-files.ts';
import type { AmbiguousKind } from './view-slice.ts';

/** A zip of a data set's layout. */
export interface ZipTree {
  readonly file: ChosenFile;
  /** At least one. */
  readonly pictures: readonly ZipPictures[];
  readonly hasMasks: boolean;
}

/** What the user wants with what they dropped or picked; `chosen` says with which of it. */
export type FileIntent = { readonly chosen: ChosenFiles } & (
  | { readonly kind: 'open'; readonly source: MediaSource; readonly name: string }
  | { readonly kind: 'load-model'; readonly file: File }
  | { readonly kind: 'import' }
  | { readonly kind: 'score-against' }
  | { readonly kind: 'ask'; readonly of: AmbiguousKind }
  /** Which sequence of a zip is the clip. */
  | { readonly kind: 'ask-sequence'; readonly zip: ZipTree }
  | { readonly kind: 'leave-out'; readonly message: string; readonly hint: string | undefined }
);

/**
 * Reads intents from paths, and from the start of JSON files, in the order in which they are to be
 * followed. Nothing is left out without a word.
 * @param hasClip whether a clip is open, onto which masks can be laid
 * @param surveyZip asked of a zip that is to be the clip
 */
export async function classifyFiles(
  chosen: ChosenFiles,
  hasClip: boolean,
  surveyZip: (file: File) => Promise<ZipSurvey>,
): Promise<FileIntent[]> {
  const sorted = await sortFiles(chosen.files);
  const clip = clipOf(chosen, sorted, hasClip);
  const intents = [
    ...sorted.checkpoints.slice(0, 1).map(loadModel),
    ...clip,
    ...truthsOf(chosen, sorted, { hasClip: hasClip || clip.length > 0, isNew: clip.length > 0 }),
    ...sorted.projects.map((file): FileIntent => ({ kind: 'import', chosen: { files: [file] } })),
    ...(await zipsOf(chosen, sorted, { hasClip: hasClip || clip.length > 0, surveyZip })),
  ];
  if (intents.length === 0) return [nothingUsable(sorted.all)];
  const used = new Set(intents.flatMap((intent) => intent.chosen.files));
  const unused = sorted.all.filter((file) => !used.has(file));
  return unused.length === 0 ? intents : [leftOut(unused), ...intents];
}

/** As the user knows the files: by their folder, or by the first that is no table beside others. */
export function nameOfFiles({ files, folderName }: ChosenFiles): string {
  if (folderName !== undefined) return folderName;
  const [first = files[0], ...others] = files.filter((file) => !isTable(file));
  if (first === undefined) return '';
  return others.length === 0 ? first.file.name : `${first.file.name} and ${others.length} more`;
}

function loadModel(checkpoint: ChosenFile): FileIntent {
  return { kind: 'load-model', file: checkpoint.file, chosen: { files: [checkpoint] } };
}

/** At most one. */
function clipOf({ folderName }: ChosenFiles, sorted: SortedFiles, hasClip: boolean): FileIntent[] {
  const { videos, frames, masks, annotations, pictures } = sorted;
  const [video] = videos;
  if (video !== undefined) return [openFile(video)];
  if (annotations.length > 0) return hasClip ? [] : pictureClip(pictures);
  // Without a clip, PNGs alone have nothing to be masks of.
  const images = frames.length > 0 || hasClip ? frames : masks;
  const [first] = images;
  if (first === undefined) return [];
  return [openFrames(images, folderName ?? (images.length === 1 ? first.file.name : 'frames'))];
}

/** The frames of a data set of one sequence; of several, only the user knows which is meant. */
function pictureClip(pictures: readonly ChosenFile[]): FileIntent[] {
  const [sequence, ...others] = sequencesOf(pictures);
  if (sequence === undefined || others.length > 0) return [];
  const folders = [...new Set(pictures.map(({ path }) => folderOf(path)))];
  const chosen = folders.find((folder) => folder.split('/').includes('480p')) ?? folders[0];
  return [
    openFrames(
      pictures.filter(({ path }) => folderOf(path) === chosen),
      sequence,
    ),
  ];
}

function sequencesOf(pictures: readonly ChosenFile[]): readonly string[] {
  return [...new Set(pictures.map(({ path }) => baseName(folderOf(path))))];
}

function openFile(chosen: ChosenFile): FileIntent {
  const { file } = chosen;
  const source = { kind: 'file', file } as const;
  return { kind: 'open', source, name: file.name, chosen: { files: [chosen] } };
}

function openFrames(images: readonly ChosenFile[], name: string): FileIntent {
  const source = { kind: 'folder', name, files: images.map(({ file }) => file) } as const;
  return { kind: 'open', source, name, chosen: { files: images } };
}

/** What is done with a sequence of a zip: its frames are the clip, its masks their ground truth. */
export function sequenceIntents(zip: ZipTree, pictures: ZipPictures): readonly FileIntent[] {
  const opening = openSequence(zip, pictures);
  const { chosen } = opening;
  return zip.hasMasks ? [opening, { kind: 'score-against', chosen }] : [opening];
}

/** A sequence of a zip as the clip. */
export function openSequence(
  { file }: ZipTree,
  { folder, sequence }: ZipPictures,
): Extract<FileIntent, { kind: 'open' }> {
  const source = { kind: 'file', file: file.file, folder } as const;
  return { kind: 'open', source, name: sequence, chosen: { files: [file] } };
}

interface ZipSorting {
  readonly hasClip: boolean;
  readonly surveyZip: (file: File) => Promise<ZipSurvey>;
}

interface ClipState {
  readonly hasClip: boolean;
  /** Whether it comes with these files. */
  readonly isNew: boolean;
}

function truthsOf(chosen: ChosenFiles, sorted: SortedFiles, clip: ClipState): FileIntent[] {
  const { annotations, labels, tables, pictures, lists, masks, zips } = sorted;
  const inFolder = (files: readonly ChosenFile[]): ChosenFiles =>
    chosen.folderName === undefined ? { files } : { files, folderName: chosen.folderName };
  if (annotations.length > 0 || labels.length > 0) {
    const truth = inFolder([...annotations, ...pictures, ...labels, ...tables, ...lists]);
    if (!clip.hasClip) return [withoutClip(truth, pictures)];
    // With its clip, or in DAVIS's layout, there is nothing else that it could be.
    const isCertain = clip.isNew || annotations.length > 0;
    const kind = isCertain ? 'score-against' : 'ask';
    return [kind === 'ask' ? { kind, of: 'labels', chosen: truth } : { kind, chosen: truth }];
  }
  const isOpened = clip.isNew && sorted.frames.length === 0 && sorted.videos.length === 0;
  if (masks.length > 0 && !isOpened) {
    return [{ kind: 'ask', of: 'folder', chosen: inFolder([...masks, ...tables]) }];
  }
  if (tables.length === 0 || zips.length > 0) return [];
  const message = `“${nameOfFiles({ files: tables })}” says nothing without annotations.`;
  const hint = 'Drop it together with VISOR’s annotations or with masks.';
  return [{ kind: 'leave-out', message, hint, chosen: { files: tables } }];
}

function withoutClip(chosen: ChosenFiles, pictures: readonly ChosenFile[]): FileIntent {
  const count = sequencesOf(pictures).length;
  const name = nameOfFiles(chosen);
  if (count > 1) {
    const message = `“${name}” holds the frames of ${count} sequences.`;
    const hint =
      'Open the folder of one sequence’s frames first, then drop the whole again to score against it.';
    return { kind: 'leave-out', message, hint, chosen };
  }
  const message = `Open the clip to which “${name}” belongs first.`;
  const hint = 'A ground truth holds true masks, but not the clip. Both can be dropped together.';
  return { kind: 'leave-out', message, hint, chosen };
}

/** A zip beside a ground truth in one folder is no part of it: VISOR has its frames in zips. */
async function zipsOf(
  { folderName }: ChosenFiles,
  { zips, tables, labels, annotations, masks }: SortedFiles,
  { hasClip, surveyZip }: ZipSorting,
): Promise<FileIntent[]> {
  const hasTruth = labels.length > 0 || annotations.length > 0;
  if (hasTruth && folderName !== undefined) return [];
  const beside = hasTruth || masks.length > 0 ? [] : tables;
  const [first, ...others] = zips;
  if (first === undefined) return [];
  const ask = (zip: ChosenFile): FileIntent => ({
    kind: 'ask',
    of: 'zip',
    chosen: { files: [zip, ...beside] },
  });
  if (hasClip) return zips.map(ask);
  return [...(await openZip(first, surveyZip)), ...others.map(ask)];
}

/** A zip as the clip; one of a data set's layout is its ground truth besides. */
async function openZip(
  zip: ChosenFile,
  surveyZip: ZipSorting['surveyZip'],
): Promise<readonly FileIntent[]> {
  const { pictures, maskCount } = await surveyZip(zip.file);
  const [only, ...others] = pictures;
  if (only === undefined) return [openFile(zip)];
  const tree: ZipTree = { file: zip, pictures, hasMasks: maskCount > 0 };
  if (others.length === 0) return sequenceIntents(tree, only);
  return [{ kind: 'ask-sequence', zip: tree, chosen: { files: [zip] } }];
}

function leftOut(files: readonly ChosenFile[]): FileIntent {
  const message =
    files.length === 1
      ? `“${nameOfFiles({ files })}” was left out.`
      : `“${files[0]?.file.name ?? ''}” and ${files.length - 1} other files were left out.`;
  return { kind: 'leave-out', message, hint: undefined, chosen: { files } };
}

function nothingUsable(all: readonly ChosenFile[]): FileIntent {
  const [first] = all;
  const message =
    first === undefined
      ? 'There are no files in what you dropped.'
      : all.length === 1
        ? `“${first.file.name}” is not a kind of file that the studio knows.`
        : `None of these ${all.length} files is of a kind that the studio knows.`;
  return {
    kind: 'leave-out',
    message,
    hint: 'Drop a video (MP4, MOV, WebM, MKV), a folder or zip of JPG or PNG frames, a checkpoint (.pt, .safetensors), a ground truth (VISOR’s .json, masks), or an export (.json, .zip).',
    chosen: { files: all },
  };
}
