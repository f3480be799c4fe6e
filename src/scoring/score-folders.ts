import { StudioError } from '../core/errors.ts';
import type { ScoreProtocol } from '../core/scores.ts';
import { folderNames, pngNames, type MaskFolder, type MaskFolderEntry } from './mask-folder.ts';
import { PROTOCOL_RULES } from './protocols.ts';

/** A folder of one PNG a frame, the same path under the ground truth and the prediction. */
export interface ScoreFolder {
  readonly sequence: string;
  /** In SA-V's layout, the folder of the one object; its masks are binary. */
  readonly object?: string;
  readonly path: string;
  /** The ground truth's files, in frame order. */
  readonly frames: readonly string[];
}

/** What `scoreFolders` works with. */
export interface ScoreFolderOptions {
  readonly truth: MaskFolder;
  readonly prediction: MaskFolder;
  readonly protocol: ScoreProtocol;
  /** All of the ground truth's when absent. */
  readonly sequences?: readonly string[];
}

interface FoundFolders {
  readonly folders: readonly ScoreFolder[];
  /** What is left out, one sentence each. */
  readonly notices: readonly string[];
}

/**
 * Finds the folders to be scored, by the set's order.
 * @throws StudioError `file-invalid` when a sequence has no ground truth, or nothing is to score
 */
export async function listScoreFolders(options: ScoreFolderOptions): Promise<FoundFolders> {
  const { truth, protocol } = options;
  const named = options.sequences ?? folderNames((await truth.list('')) ?? []);
  const sequences = [...new Set(named)];
  if (sequences.length === 0) throw noSequences(truth);
  const found =
    PROTOCOL_RULES[protocol].objects === 'seen'
      ? await predictedSequences(sequences, options)
      : { sequences, notices: [] };
  const folders: ScoreFolder[] = [];
  for (const sequence of found.sequences) {
    const entries = await truth.list(sequence);
    if (entries === undefined) throw noTruth(truth, sequence);
    const isPerObject = protocol.startsWith('sav') && !hasOnlyPngs(entries);
    folders.push(
      ...(isPerObject
        ? await objectFolders(sequence, entries, truth)
        : [{ sequence, path: sequence, frames: pngNames(entries) }]),
    );
  }
  for (const { path, frames } of folders) {
    if (frames.length === 0) throw noTruth(truth, path);
  }
  return { folders, notices: found.notices };
}

/** SA-V's tool, not strict, scores the videos that both sides have. */
async function predictedSequences(
  sequences: readonly string[],
  { prediction }: ScoreFolderOptions,
): Promise<{ readonly sequences: readonly string[]; readonly notices: readonly string[] }> {
  const predicted = new Set(folderNames((await prediction.list('')) ?? []));
  const common = sequences.filter((sequence) => predicted.has(sequence));
  if (common.length === 0) {
    throw new StudioError('file-invalid', `${prediction.name} has none of the videos to score.`, {
      hint: 'Both folders hold one folder a video, of the same name.',
    });
  }
  const left = sequences.filter((sequence) => !predicted.has(sequence));
  const notices = left.map((name) => `${name}: not predicted, so left out, as SA-V’s tool does.`);
  return { sequences: common, notices };
}

function hasOnlyPngs(entries: readonly MaskFolderEntry[]): boolean {
  return entries.every(({ name }) => name.endsWith('.png') || name.startsWith('.'));
}

async function objectFolders(
  sequence: string,
  entries: readonly MaskFolderEntry[],
  truth: MaskFolder,
): Promise<ScoreFolder[]> {
  const folders: ScoreFolder[] = [];
  for (const object of folderNames(entries)) {
    const path = `${sequence}/${object}`;
    folders.push({ sequence, object, path, frames: pngNames((await truth.list(path)) ?? []) });
  }
  return folders;
}

function noSequences({ name }: MaskFolder): StudioError {
  return new StudioError('file-invalid', `${name} has no folder of a sequence.`, {
    hint: 'Name the folder that holds one folder a sequence, such as Annotations/480p.',
  });
}

function noTruth({ name }: MaskFolder, path: string): StudioError {
  return new StudioError('file-invalid', `There is no ground truth in ${name}/${path}.`, {
    hint: 'Each sequence of the set needs a folder with one PNG a frame.',
  });
}
