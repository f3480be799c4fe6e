import { StudioError } from '../core/errors.ts';

interface ChunkOptions {
  readonly signal?: AbortSignal;
  /** Told the bytes read so far, after each chunk. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * A file's bytes in pieces, as the browser reads them.
 * @throws StudioError `file-invalid` when the file was changed or removed meanwhile
 */
export async function* fileChunks(
  file: Blob,
  { signal, onBytes }: ChunkOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const reader = file.stream().getReader();
  let bytes = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = await reader.read().catch((cause: unknown) => {
        throw new StudioError('file-invalid', 'The file can no longer be read.', {
          cause,
          hint: 'It was changed, moved or removed since it was chosen; choose it again.',
        });
      });
      if (next.done) return;
      bytes += next.value.byteLength;
      onBytes?.(bytes);
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
