import { StudioError } from '../core/errors.ts';
import type { JsonForm } from './json-form.ts';
import { JsonMembers } from './json-members.ts';
import { JsonNode } from './json-node.ts';
import type { SourceFile } from './source-file.ts';
import { decodeUtf8 } from './utf8-stream.ts';

/** Of a table, which is held; the longest of VISOR's has 3 MB. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024;
const NOT_STREAMED: ReadonlySet<string> = new Set();

/**
 * The members of a JSON object used as a table, one at a time.
 * @throws StudioError `file-invalid`; the signal's reason
 */
export async function* readJsonTable(
  file: SourceFile,
  form: JsonForm,
  signal?: AbortSignal,
): AsyncGenerator<readonly [key: string, member: JsonNode], void> {
  if (file.bytes > MAX_TABLE_BYTES) throw tooLong(file);
  const document = new JsonMembers(NOT_STREAMED, form);
  for await (const text of decodeUtf8(file.stream(signal), form)) {
    for (const { key, value } of document.push(text)) {
      yield [key, new JsonNode(value, JSON.stringify(key), form)];
    }
  }
  document.finish();
}

function tooLong({ path, bytes }: SourceFile): StudioError {
  return new StudioError('file-invalid', `The table “${path}” is ${bytes} bytes long.`, {
    hint: `VISOR’s own tables have a few million; up to ${MAX_TABLE_BYTES} bytes are read.`,
  });
}
