import { StudioError } from '../../core/errors.ts';
import { JsonMembers, type JsonMember } from '../json-members.ts';
import { JsonNode } from '../json-node.ts';
import type { SourceFile } from '../source-file.ts';
import { decodeUtf8 } from '../utf8-stream.ts';
import type { VisorFrame } from './visor-annotations.ts';
import type { VisorDefects } from './visor-defects.ts';
import { readVisorFrame } from './visor-fields.ts';
import { VISOR_FORM } from './visor-form.ts';

const FRAMES = 'video_annotations';
const STREAMED = new Set([FRAMES]);
/** More than any file of the release; its frames' names are held while it is read. */
const MAX_FRAMES = 1_000_000;
/** Far more than the longest dense file; a zip may declare anything. */
const MAX_FILE_BYTES = 8 * 1024 ** 3;

/** Between two reports of progress. */
const PIECE_BYTES = 128 * 1024;

/** How a reading of a VISOR file is watched and stopped. */
export interface VisorReading {
  /** Counts what was mended. */
  readonly defects: VisorDefects;
  readonly signal?: AbortSignal;
  /** Told the uncompressed bytes read so far. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Reads a VISOR annotation file, sparse, dense or submission, as a stream: one frame is held at a
 * time, however long the file is. Frames come in the order of the file, which is none. Only when
 * the iteration has ended is the whole file known to be valid.
 * @throws StudioError `file-invalid` with the path of what is wrong; the signal's reason
 */
export async function* readVisorFrames(
  file: SourceFile,
  { defects, signal, onBytes }: VisorReading,
): AsyncGenerator<VisorFrame, void> {
  if (file.bytes > MAX_FILE_BYTES) throw tooLong(file);
  const document = new JsonMembers(STREAMED, VISOR_FORM);
  const bytes = counted(file.stream(signal), onBytes);
  for await (const text of decodeUtf8(bytes, VISOR_FORM)) {
    for (const member of document.push(text)) {
      signal?.throwIfAborted();
      const frame = readMember(member, defects);
      if (frame !== undefined) yield frame;
    }
  }
  document.finish();
  if (!document.has(FRAMES)) throw notVisor(file);
}

function readMember(member: JsonMember, defects: VisorDefects): VisorFrame | undefined {
  if (member.key !== FRAMES) return undefined;
  const { index } = member;
  if (index === undefined) {
    return new JsonNode(member.value, FRAMES, VISOR_FORM).refuse('must be an array');
  }
  const node = new JsonNode(member.value, `${FRAMES}[${index}]`, VISOR_FORM);
  if (index >= MAX_FRAMES) node.refuse(`is past the ${MAX_FRAMES} frames that are read`);
  return readVisorFrame(node, defects);
}

/** In pieces, since some systems hand out a file in one. */
async function* counted(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let bytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      yield piece;
      bytes += piece.length;
      onBytes?.(bytes);
    }
  }
}

function notVisor({ path }: SourceFile): StudioError {
  return new StudioError('file-invalid', `“${path}” is no VISOR annotation file.`, {
    hint: `Such a file has the member “${FRAMES}”.`,
  });
}

function tooLong({ path, bytes }: SourceFile): StudioError {
  return new StudioError('file-invalid', `“${path}” says that it is ${bytes} bytes long.`, {
    hint: `Annotation files of VISOR are below 1 GB; up to ${MAX_FILE_BYTES} bytes are read.`,
  });
}
