import { StudioError } from '../core/errors.ts';
import type { ImportOutcome, ImportRequest } from '../protocol/export-api.ts';
import { importPngs } from './import-pngs.ts';
import { importProject } from './import-project.ts';
import type { ExportTask } from './task.ts';

/** How a zip starts: a file, or the end of an empty one. */
const ZIP_STARTS = ['PK\u0003\u0004', 'PK\u0005\u0006'];
/** An editor may have put a byte-order mark and blank lines before a document. */
const JSON_START = /^(\u00ef\u00bb\u00bf)?\s*\{/;
const SNIFFED_BYTES = 256;

/**
 * Imports a zip of PNGs or a project file, told apart by their content.
 * @throws StudioError `file-invalid` when it is neither, is not valid or does not fit the clip
 */
export async function importFile(request: ImportRequest, task: ExportTask): Promise<ImportOutcome> {
  const start = await request.file.slice(0, SNIFFED_BYTES).arrayBuffer();
  const text = String.fromCharCode(...new Uint8Array(start));
  if (ZIP_STARTS.some((zip) => text.startsWith(zip))) return importPngs(request, task);
  if (JSON_START.test(text)) return importProject(request, task);
  throw new StudioError(
    'file-invalid',
    `“${request.file.name}” is neither a zip of PNGs nor a project file.`,
    { hint: 'Choose a file that this studio exported, or a zip of a folder of indexed PNGs.' },
  );
}
