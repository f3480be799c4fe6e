import { StudioError } from '../core/errors.ts';
import { looksLikeVisor } from '../core/visor-start.ts';
import { fileStem } from '../formats/frame-names.ts';
import { findGroundTruth } from '../formats/ground-truth/find-ground-truth.ts';
import { blobFile } from '../formats/source-file.ts';
import { listZip } from '../formats/zip-reader.ts';
import type { ImportOutcome, ImportRequest } from '../protocol/export-api.ts';
import { importPngs } from './import-pngs.ts';
import { importProject } from './import-project.ts';
import { importVisor } from './import-visor.ts';
import type { ExportTask } from './task.ts';
import { readFrameTables, readNames } from './truth/read-tables.ts';
import { isZip } from './truth/truth-files.ts';

/** An editor may have put blank lines before a document. */
const JSON_START = /^\s*\{/;
const SNIFFED_BYTES = 256;

/**
 * Imports masks of any form that the studio reads, told apart by content: a project file, VISOR
 * annotations, PNGs in a zip, or a zip of VISOR annotations.
 * @throws StudioError `file-invalid` when it is none of them, is not valid or does not fit the clip
 */
export async function importFile(request: ImportRequest, task: ExportTask): Promise<ImportOutcome> {
  const { file, video } = request;
  const start = new Uint8Array(await file.slice(0, SNIFFED_BYTES).arrayBuffer());
  if (isZip(String.fromCharCode(...start.subarray(0, 4)))) return importZip(request, task);
  // A byte-order mark is left out.
  const text = new TextDecoder().decode(start);
  if (looksLikeVisor(text)) {
    return importVisor({ files: [blobFile(file.name, file)], tables: {}, video }, task);
  }
  if (JSON_START.test(text)) return importProject(request, task);
  throw new StudioError(
    'file-invalid',
    `“${file.name}” is neither a zip of masks, nor VISOR annotations, nor a project file.`,
    { hint: 'Choose a file that this studio exported, VISOR’s JSON, or a zip of indexed PNGs.' },
  );
}

async function importZip({ file, video }: ImportRequest, task: ExportTask): Promise<ImportOutcome> {
  const found = await findGroundTruth(await listZip(file, task.signal), fileStem(file.name));
  const tables = await readFrameTables(found, task.signal);
  if (found.annotations.length > 0) {
    return importVisor({ files: found.annotations, tables, video }, task);
  }
  if (found.masks === undefined) {
    throw new StudioError('file-invalid', 'The zip holds no PNG and no VISOR annotations.', {
      hint: 'Masks are indexed PNGs, one for each frame, in a folder of the zip.',
    });
  }
  const names = await readNames(found.names, task.signal);
  return importPngs({ dataset: found.masks, tables, names, video }, task);
}
