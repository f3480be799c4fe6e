import { StudioError } from '../core/errors.ts';
import type { ExportOutcome, ExportTarget } from '../protocol/export-api.ts';

type SaveFilePicker = (options: {
  suggestedName: string;
  types: readonly { description: string; accept: Record<string, readonly string[]> }[];
}) => Promise<FileSystemFileHandle>;

/** A file to be written: its name and what it is. */
export interface SaveSuggestion {
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
  /** With the dot: `.zip` */
  readonly extension: string;
}

/**
 * Lets the user choose where to save, where the browser can (Chromium); elsewhere the file goes to
 * the downloads. Must be called in a user gesture. Rejects with an `AbortError` when the user
 * thinks better of it.
 */
export async function chooseSaveTarget(suggestion: SaveSuggestion): Promise<ExportTarget> {
  const picker = saveFilePicker();
  if (picker === undefined) return { kind: 'download' };
  const handle = await picker({
    suggestedName: suggestion.name,
    types: [
      {
        description: suggestion.description,
        accept: { [suggestion.mimeType]: [suggestion.extension] },
      },
    ],
  });
  return { kind: 'handle', handle };
}

/**
 * Writes a text of a page's own, in UTF-8.
 * @throws StudioError `file-write-failed`; a file that was there before is then as it was
 */
export async function writeText(target: ExportTarget, text: string): Promise<ExportOutcome> {
  const content = new Blob([text]);
  const outcome = { bytes: content.size, frames: 0 };
  if (target.kind === 'download') return { ...outcome, file: new File([content], 'text') };
  try {
    const file = await target.handle.createWritable();
    await file.write(content);
    await file.close();
  } catch (cause) {
    throw new StudioError('file-write-failed', 'The file could not be written.', {
      hint: 'Check that its folder still exists and can be written to, or choose another.',
      cause,
    });
  }
  return outcome;
}

/** Hands a file to the browser's downloads. */
export function downloadFile(file: File, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has opened the file by the next task at the earliest; a minute is safe.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function saveFilePicker(): SaveFilePicker | undefined {
  const candidate: unknown = Reflect.get(globalThis, 'showSaveFilePicker');
  // `showSaveFilePicker` is missing from TypeScript's DOM library.
  return typeof candidate === 'function'
    ? (options) => (candidate as SaveFilePicker)(options)
    : undefined;
}
