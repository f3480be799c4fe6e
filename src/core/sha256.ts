/** Large enough that a read costs more than the call, small enough to abort within a frame or two. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Options of `sha256OfBlob`. */
export interface Sha256Options {
  readonly signal?: AbortSignal;
  /** Called after each chunk with the bytes hashed so far; the last call has `file.size`. */
  readonly onProgress?: (hashedBytes: number) => void;
}

/**
 * SHA-256 of a file as 64 lower-case hexadecimal digits. Holds one chunk of 4 MiB at a time, where
 * `crypto.subtle.digest` would need the whole file in memory.
 * @throws the signal's reason when aborted; the platform's error when the file cannot be read
 */
export async function sha256OfBlob(file: Blob, options: Sha256Options = {}): Promise<string> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  // With its WASM inside it is large, and the page's first paint does not wait for it.
  const { createSHA256 } = await import('hash-wasm');
  const hasher = await createSHA256();
  for (let start = 0; start < file.size; start += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const end = Math.min(start + CHUNK_BYTES, file.size);
    hasher.update(new Uint8Array(await file.slice(start, end).arrayBuffer()));
    onProgress?.(end);
  }
  signal?.throwIfAborted();
  return hasher.digest('hex');
}
