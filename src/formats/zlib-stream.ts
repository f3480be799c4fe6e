import { StudioError } from '../core/errors.ts';

/** Writes all parts and closes; the reading side reports what goes wrong. */
async function feed(
  stream: WritableStream<BufferSource>,
  parts: readonly Uint8Array<ArrayBuffer>[],
): Promise<void> {
  const writer = stream.getWriter();
  for (const part of parts) await writer.write(part);
  await writer.close();
}

/**
 * Compresses to the zlib format (RFC 1950), the one inside a PNG's IDAT chunks.
 * `bytes` is free to be written again once the promise has resolved.
 */
export async function deflateZlib(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array[]> {
  const stream = new CompressionStream('deflate');
  const fed = feed(stream.writable, [bytes]);
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
  }
  await fed;
  return parts;
}

/**
 * Inflates zlib data that must come to exactly `expectedBytes`. Stops as soon as there is more, so
 * that no more than that is ever held; the caller has checked that so much may be allocated.
 * @throws StudioError `file-invalid` when the data is damaged, longer or shorter
 */
export async function inflateZlib(
  parts: readonly Uint8Array<ArrayBuffer>[],
  expectedBytes: number,
): Promise<Uint8Array> {
  const stream = new DecompressionStream('deflate');
  const reader = stream.readable.getReader();
  // A failure reaches this promise and the reader alike; the reader below is the one that tells.
  const fed = feed(stream.writable, parts).catch(() => undefined);
  const output = new Uint8Array(expectedBytes);
  let filled = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (filled + next.value.byteLength > expectedBytes) throw wrongLength('more');
      output.set(next.value, filled);
      filled += next.value.byteLength;
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error instanceof StudioError ? error : damaged(error);
  }
  await fed;
  if (filled < expectedBytes) throw wrongLength('less');
  return output;
}

function wrongLength(comparison: 'more' | 'less'): StudioError {
  return new StudioError(
    'file-invalid',
    `The compressed data holds ${comparison} than the image that it declares.`,
    { hint: 'The file is damaged or was made to mislead; get it again from its source.' },
  );
}

function damaged(cause: unknown): StudioError {
  return new StudioError('file-invalid', 'The compressed data is damaged.', {
    cause,
    hint: 'Get the file again from its source.',
  });
}
