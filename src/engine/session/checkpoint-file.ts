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
    const response = await fetch(bundledUrl);
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const total = Number(response.headers.get('Content-Length') ?? 0);
    return new File(await collect(response.body, total, onProgress), name);
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

async function collect(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  total: number,
  onProgress: (fraction: number) => void,
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
