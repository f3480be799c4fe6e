import { StudioError } from '../../core/errors.ts';
import type { ModelSource } from '../../protocol/device.ts';

/** A checkpoint file that can be read by ranges. */
export type CheckpointFile = Blob & { readonly name: string };

/**
 * The file to load: the user's own as it is, the bundled one downloaded.
 * @param bundledUrl address of the bundled model
 * @param onProgress told how much has been downloaded, 0..1
 * @throws StudioError `download-failed` when the bundled model cannot be downloaded
 */
export async function fetchCheckpoint(
  source: ModelSource,
  bundledUrl: string,
  onProgress: (fraction: number) => void,
): Promise<CheckpointFile> {
  if (source.kind === 'file') return source.file;
  const name = bundledUrl.slice(bundledUrl.lastIndexOf('/') + 1);
  try {
    return new File(await downloadTwice(bundledUrl, onProgress), name);
  } catch (error) {
    throw new StudioError(
      'download-failed',
      `The bundled model could not be downloaded (${name}).`,
      {
        hint: 'Check the connection and load the model again, or drop a checkpoint file on the page.',
        cause: error,
      },
    );
  }
}

type Progress = (fraction: number) => void;

/**
 * Chromium's cache can fail all readers of a file when what writes it there is aborted
 * (`ERR_CACHE_WRITE_FAILURE`), as where the service worker keeps the model while it is loaded again.
 */
async function downloadTwice(
  url: string,
  onProgress: Progress,
): Promise<Uint8Array<ArrayBuffer>[]> {
  try {
    return await download(url, onProgress);
  } catch (error) {
    // Only what broke on the way: an answer that is not the file would not be another one.
    if (!(error instanceof TypeError)) throw error;
    return download(url, onProgress, { cache: 'no-store' });
  }
}

async function download(
  url: string,
  onProgress: Progress,
  init?: RequestInit,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const response = await fetch(url, init);
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
  const total = Number(response.headers.get('Content-Length') ?? 0);
  return collect(response.body, total, onProgress);
}

async function collect(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  total: number,
  onProgress: Progress,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.byteLength;
    if (total > 0) onProgress(Math.min(bytes / total, 1));
  }
  return pieces;
}
