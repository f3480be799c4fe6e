import { StudioError } from '../core/errors.ts';
import { groupBy } from '../core/group-by.ts';
import { MAX_OBJECT_ID, objectId, type ObjectId } from '../core/ids.ts';
import { DAVIS_PALETTE, paletteColor } from '../formats/davis-palette.ts';
import { videoOfSequence } from '../formats/visor/visor-names.ts';
import type { ExportObject } from '../protocol/export-api.ts';

/** The objects of a sequence under ids of its own, and what its files' values mean. */
export interface MeantSequence {
  readonly name: string;
  /** By ascending id. */
  readonly objects: readonly ExportObject[];
  /** The id for a value of the files; absent for void. */
  readonly idOf: (value: number) => ObjectId | undefined;
}

/** The user's objects that sequences become. */
export interface ImportedObjects {
  readonly objects: readonly ExportObject[];
  /** The user's ids by the sequence's own, by sequence. */
  readonly ids: ReadonlyMap<string, ReadonlyMap<ObjectId, ObjectId>>;
}

/**
 * Makes one object of each object of each sequence. A single sequence keeps its ids; several are
 * numbered through, and a name that occurs in several carries its sequence: `mug · seq_00002`.
 * @throws StudioError `file-invalid` for more objects than there are ids
 */
export function importedObjects(sequences: readonly MeantSequence[]): ImportedObjects {
  const [only, ...others] = sequences;
  if (only !== undefined && others.length === 0) {
    return { objects: only.objects, ids: new Map([[only.name, sameIds(only)]]) };
  }
  const count = sequences.reduce((sum, { objects }) => sum + objects.length, 0);
  if (count > MAX_OBJECT_ID) throw tooManyObjects(sequences, count);
  const uses = groupBy(
    sequences.flatMap(({ objects }) => [...new Set(objects.map(({ name }) => name))]),
    (name) => name,
  );
  const objects: ExportObject[] = [];
  const ids = new Map<string, Map<ObjectId, ObjectId>>();
  for (const { name: sequence, objects: own } of sequences) {
    const numbers = new Map<ObjectId, ObjectId>();
    ids.set(sequence, numbers);
    for (const { id: ownId, name } of own) {
      const id = objectId(objects.length + 1);
      numbers.set(ownId, id);
      const isUnique = uses.get(name)?.length === 1;
      objects.push({
        id,
        name: isUnique ? name : `${name} · ${shortName(sequence)}`,
        color: objectColor(id),
      });
    }
  }
  return { objects, ids };
}

/** The DAVIS palette's colour of an object. */
export function objectColor(id: ObjectId): string {
  return paletteColor(DAVIS_PALETTE, id) ?? '#ffffff';
}

function sameIds({ objects }: MeantSequence): ReadonlyMap<ObjectId, ObjectId> {
  return new Map(objects.map(({ id }) => [id, id]));
}

/** `seq_00002` of `P01_107_seq_00002`; other names as they are. */
function shortName(sequence: string): string {
  const prefix = `${videoOfSequence(sequence)}_`;
  return /^P\d{2}_\d{2,3}_./.test(sequence) ? sequence.slice(prefix.length) : sequence;
}

function tooManyObjects(sequences: readonly MeantSequence[], count: number): StudioError {
  return new StudioError(
    'file-invalid',
    `The ${sequences.length} sequences on the clip have ${count} objects; there are ids for ${MAX_OBJECT_ID}.`,
    { hint: 'Open the file as ground truth instead, or import fewer of its sequences.' },
  );
}
