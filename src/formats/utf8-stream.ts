import { StudioError } from '../core/errors.ts';
import type { JsonForm } from './json-form.ts';

/**
 * Decodes UTF-8 that arrives in pieces; a byte-order mark is left out.
 * @throws StudioError `file-invalid` where it is not UTF-8
 */
export async function* decodeUtf8(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  form: JsonForm,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of bytes) yield decodeChunk(decoder, form, chunk);
  yield decodeChunk(decoder, form);
}

/** The text of `chunk`; without one, what the decoder still held. */
function decodeChunk(
  decoder: TextDecoder,
  form: JsonForm,
  chunk?: Uint8Array<ArrayBuffer>,
): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new StudioError('file-invalid', 'The file is not UTF-8 text.', {
      cause,
      hint: form.damagedHint,
    });
  }
}
