import { MAX_OBJECT_ID } from '../../core/ids.ts';
import type { JsonNode } from '../json-node.ts';
import { readJsonTable } from '../json-table.ts';
import type { SourceFile } from '../source-file.ts';
import type { EntityIds } from './entity-ids.ts';
import { VISOR_TABLE_FORM } from './visor-form.ts';

/** Entity names by object id, by sequence: VISOR's `val_data_mapping.json`. */
export type EntityNames = ReadonlyMap<string, ReadonlyMap<number, string>>;

/**
 * Reads `*_data_mapping.json` as VISOR writes it, `{sequence: {"1": name}}`, or turned about as
 * others do, `{sequence: {name: 1}}`.
 * @throws StudioError `file-invalid`, also where one name has two ids: VISOR's objects are names
 */
export async function readEntityNames(
  file: SourceFile,
  signal?: AbortSignal,
): Promise<EntityNames> {
  const names = new Map<string, ReadonlyMap<number, string>>();
  for await (const [sequence, table] of readJsonTable(file, VISOR_TABLE_FORM, signal)) {
    names.set(sequence, readSequence(table));
  }
  return names;
}

/** The same table from a conversion of this studio. */
export function entityNamesOf(ids: EntityIds): EntityNames {
  return new Map(
    [...ids].map(([sequence, byName]) => [
      sequence,
      new Map([...byName].map(([name, id]) => [id, name])),
    ]),
  );
}

function readSequence(table: JsonNode): ReadonlyMap<number, string> {
  const byId = new Map<number, string>();
  const idOf = new Map<string, number>();
  for (const [key, member] of table.members()) {
    const { id, name } = readPair(key, member);
    const other = idOf.get(name);
    if (other !== undefined) {
      member.refuse(`gives “${name}” the id ${id}, which has the id ${other} already`);
    }
    if (byId.has(id)) member.refuse(`gives the id ${id} to “${name}” and “${byId.get(id)}”`);
    byId.set(id, name);
    idOf.set(name, id);
  }
  return byId;
}

function readPair(key: string, member: JsonNode): { readonly id: number; readonly name: string } {
  if (typeof member.value === 'number') {
    return { id: member.integer({ min: 1, max: MAX_OBJECT_ID }), name: key };
  }
  const id = Number(key);
  if (!/^\d{1,3}$/.test(key) || id < 1 || id > MAX_OBJECT_ID) {
    member.refuse(`must be named by an id from 1 to ${MAX_OBJECT_ID}`);
  }
  return { id, name: member.text() };
}
