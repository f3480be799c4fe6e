import { invariant } from '../core/assert.ts';
import { StudioError } from '../core/errors.ts';
import { fileStem } from '../formats/frame-names.ts';
import { jsonFacts } from '../formats/labels/json-kind.ts';
import { findGroundTruth } from '../formats/ground-truth/find-ground-truth.ts';
import { blobFile, type SourceFile } from '../formats/source-file.ts';
import { listZip } from '../formats/zip-reader.ts';
import type { ImportOutcome, ImportRequest } from '../protocol/export-api.ts';
import { importLabels } from './import-labels.ts';
import { importPngs } from './import-pngs.ts';
import { importProject } from './import-project.ts';
import { importVisor } from './import-visor.ts';
import type { ExportTask } from './task.ts';
import { refusalOfJson } from './unknown-json.ts';
import { readFrameTables, readNames } from './truth/read-tables.ts';
import { isZip, openTruthFiles } from './truth/truth-files.ts';

/** An editor may have put blank lines before a document. */
const JSON_START = /^\s*\{/;
const PNG_NAME = /\.png$/i;
const SNIFFED_BYTES = 256;

/**
 * Imports masks of any form that the studio reads, told apart by content: a project file,
 * annotations of VISOR, COCO, YouTube-VIS or SA-V, or PNGs, or zips of those.
 * @throws StudioError `file-invalid` when it is none of them, is not valid or does not fit the clip
 */
export async function importFile(request: ImportRequest, task: ExportTask): Promise<ImportOutcome> {
  const { files, video, videoSha256 } = request;
  const [chosen, ...others] = files;
  invariant(chosen !== undefined, 'an import needs a file');
  if (others.length > 0) {
    const { files: opened } = await openTruthFiles(files, task.signal);
    return importDataset({ files: opened, name: request.name, video }, task);
  }
  const { file } = chosen;
  const start = new Uint8Array(await file.slice(0, SNIFFED_BYTES).arrayBuffer());
  if (isZip(String.fromCharCode(...start.subarray(0, 4)))) {
    const entries = await listZip(file, task.signal);
    return importDataset({ files: entries, name: fileStem(request.name), video }, task);
  }
  const opened = blobFile(chosen.path, file);
  if (PNG_NAME.test(chosen.path)) {
    return importDataset({ files: [opened], name: fileStem(request.name), video }, task);
  }
  // A byte-order mark is left out.
  const text = new TextDecoder().decode(start);
  if (!JSON_START.test(text)) throw noMasks(request.name);
  const { kind, keys } = await jsonFacts(opened);
  if (kind === 'visor') return importVisor({ files: [opened], tables: {}, video }, task);
  if (kind === 'coco' || kind === 'sav') {
    return importLabels({ labels: [opened], objectFolders: [], tables: {}, video }, task);
  }
  // What is no JSON at all is told where it ends to be any.
  if (kind === 'project' || keys.length === 0) {
    return importProject({ file, video, videoSha256 }, task);
  }
  throw await refusalOfJson(blobFile(request.name, file));
}

function noMasks(name: string): StudioError {
  return new StudioError(
    'file-invalid',
    `“${name}” is neither masks, nor annotations, nor a project file.`,
    {
      hint: 'Choose a file that this studio exported, annotations of COCO, YouTube-VIS, SA-V or VISOR, or indexed PNGs in a folder or zip.',
    },
  );
}

interface DatasetImport extends Pick<ImportRequest, 'name' | 'video'> {
  readonly files: readonly SourceFile[];
}

async function importDataset(
  { files, name, video }: DatasetImport,
  task: ExportTask,
): Promise<ImportOutcome> {
  const found = await findGroundTruth(files, name);
  const tables = await readFrameTables(found, task.signal);
  if (found.annotations.length > 0) {
    return importVisor({ files: found.annotations, tables, video }, task);
  }
  const { labels, objectFolders } = found;
  if (labels.length + objectFolders.length > 0) {
    return importLabels({ labels, objectFolders, tables, video }, task);
  }
  const [unknown] = found.unknown;
  if (found.masks === undefined && unknown !== undefined) throw await refusalOfJson(unknown);
  if (found.masks === undefined) {
    throw new StudioError('file-invalid', `“${name}” holds no PNG and no annotations.`, {
      hint: 'Masks are indexed PNGs, one for each frame, in a folder, or COCO’s, YouTube-VIS’, SA-V’s or VISOR’s JSON.',
    });
  }
  const names = await readNames(found, task.signal);
  return importPngs({ dataset: found.masks, tables, names, video }, task);
}
