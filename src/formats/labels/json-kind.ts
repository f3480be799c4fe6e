import { StudioError } from '../../core/errors.ts';
import { JsonMembers } from '../json-members.ts';
import type { SourceFile } from '../source-file.ts';
import { decodeUtf8 } from '../utf8-stream.ts';
import { LABEL_FORM } from './label-form.ts';

/** What a JSON file is, by the members of its outermost object. */
export type JsonKind = 'visor' | 'coco' | 'sav' | 'project' | 'unknown';

/** What is known of a JSON file without reading it through. */
export interface JsonFacts {
  readonly kind: JsonKind;
  /** The first members that it has. None where it is no JSON object. */
  readonly keys: readonly string[];
  /** Why it could not be looked at any further: it is damaged, or no JSON. */
  readonly problem?: StudioError;
}

/** `info`, which VISOR and COCO begin with, is a few hundred characters long. */
const LOOKED_AT_CHARACTERS = 1024 * 1024;
const PIECE_CHARACTERS = 16 * 1024;
/** An array or a value alone, which is JSON all the same. */
const NO_OBJECT = /^\s*[[\d"]/;
/** Members that no other kind has on its outermost level. */
const TELLING: ReadonlyMap<string, JsonKind> = new Map([
  ['video_annotations', 'visor'],
  ['images', 'coco'],
  ['annotations', 'coco'],
  ['categories', 'coco'],
  ['licenses', 'coco'],
  ['videos', 'coco'],
  ['masklet', 'sav'],
  ['masklet_id', 'sav'],
  ['video_id', 'sav'],
  ['video_frame_count', 'sav'],
  ['format', 'project'],
  ['schemaVersion', 'project'],
]);

/**
 * Tells COCO's family, SA-V, VISOR and the studio's projects from each other by their members, of
 * which it looks at as few as it takes. YouTube-VIS is of COCO's family.
 */
export async function jsonFacts(file: SourceFile): Promise<JsonFacts> {
  const keys: string[] = [];
  try {
    for await (const key of firstKeys(file)) {
      keys.push(key);
      const kind = TELLING.get(key);
      if (kind !== undefined) return { kind, keys };
    }
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return { kind: startsAsVisor(keys), keys, problem: error };
  }
  return { kind: startsAsVisor(keys), keys };
}

/** VISOR's files start with `info`; whoever reads them tells what is wrong with one. */
function startsAsVisor(keys: readonly string[]): JsonKind {
  return keys[0] === 'info' ? 'visor' : 'unknown';
}

/** The names of the members of the outermost object, as far as it is looked at. */
async function* firstKeys(file: SourceFile): AsyncGenerator<string, void> {
  const document = new JsonMembers(new Set(), LABEL_FORM);
  let told = 0;
  let characters = 0;
  for await (const text of decodeUtf8(file.stream(), LABEL_FORM)) {
    if (characters === 0 && NO_OBJECT.test(text)) return;
    for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
      const problem = pushPiece(document, text.slice(at, at + PIECE_CHARACTERS));
      const keys = document.keys();
      yield* keys.slice(told);
      told = keys.length;
      if (problem !== undefined) throw problem;
    }
    characters += text.length;
    if (characters > LOOKED_AT_CHARACTERS) return;
  }
}

/** What is wrong with it; a member's name may be known before its value goes wrong. */
function pushPiece(document: JsonMembers, piece: string): unknown {
  try {
    for (const member of document.push(piece)) void member;
    return undefined;
  } catch (error) {
    return error;
  }
}
