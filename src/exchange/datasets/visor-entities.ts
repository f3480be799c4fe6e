import type { ObjectId } from '../../core/ids.ts';
import type { ExportObject } from '../../protocol/export-api.ts';

/** What VISOR's files say of an object on every frame that shows it. */
export interface VisorEntity {
  /** Of no other object. */
  readonly name: string;
  /** Key of `EPIC_100_noun_classes_v2.csv`; null where the name tells none. */
  readonly class_id: number | null;
  /** Whether all entities of the name are annotated on the frame, which nobody was asked. */
  readonly exhaustive: 'inconclusive';
  /** Of hands and gloves, of which VISOR's tools ask for it; nobody was asked. */
  readonly in_contact_object?: 'inconclusive' | null;
  /** Of gloves. */
  readonly on_which_hand?: null;
}

/** Names that readers take. */
const MAX_NAME_CHARACTERS = 900;
const HAND = { in_contact_object: 'inconclusive' } as const;
const GLOVE = { on_which_hand: null, in_contact_object: null } as const;
/** The entities that VISOR has besides EPIC-KITCHENS' nouns, and their nouns. */
const KNOWN: ReadonlyMap<string, Pick<VisorEntity, 'class_id'> & Partial<VisorEntity>> = new Map([
  ['left hand', { class_id: 300, ...HAND }],
  ['right hand', { class_id: 301, ...HAND }],
  ['hand', { class_id: 11 }],
  ['foot', { class_id: 302 }],
  ['left glove', { class_id: 303, ...GLOVE }],
  ['right glove', { class_id: 304, ...GLOVE }],
  ['glove', { class_id: 60, ...GLOVE }],
]);

/**
 * The objects as VISOR's entities. To VISOR's tools the name is the identity: of objects that share
 * one, the second is called `mug 2`.
 */
export function visorEntities(
  objects: readonly ExportObject[],
): ReadonlyMap<ObjectId, VisorEntity> {
  const taken = new Set(objects.map(plainName));
  const used = new Set<string>();
  return new Map(
    objects.map((object) => {
      const plain = plainName(object);
      const name = used.has(plain) ? numberedName(plain, taken) : plain;
      used.add(name);
      taken.add(name);
      const known = KNOWN.get(plain) ?? { class_id: null };
      return [object.id, { name, exhaustive: 'inconclusive', ...known }];
    }),
  );
}

function plainName({ id, name }: ExportObject): string {
  return name.slice(0, MAX_NAME_CHARACTERS) || `Object ${id}`;
}

function numberedName(name: string, taken: ReadonlySet<string>): string {
  let number = 2;
  while (taken.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}
