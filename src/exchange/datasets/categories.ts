import { invariant } from '../../core/assert.ts';
import type { ObjectId } from '../../core/ids.ts';
import type { ExportObject } from '../../protocol/export-api.ts';

/** A class of objects as COCO's files list it. */
export interface CocoCategory {
  /** From 1 on. */
  readonly id: number;
  readonly name: string;
  /** One for all: names say nothing of kinds of classes. */
  readonly supercategory: 'object';
}

/** The classes of some objects. */
export interface ObjectCategories {
  readonly categories: readonly CocoCategory[];
  readonly categoryOf: (id: ObjectId) => number;
}

/** One class for each name, in the objects' order: objects of one name are of one class. */
export function categoriesOf(objects: readonly ExportObject[]): ObjectCategories {
  const names = [...new Set(objects.map(({ name }) => name))];
  const byObject = new Map(objects.map(({ id, name }) => [id, names.indexOf(name) + 1]));
  return {
    categories: names.map((name, index) => ({
      id: index + 1,
      name,
      supercategory: 'object',
    })),
    categoryOf: (id) => {
      const category = byObject.get(id);
      invariant(category !== undefined, `object ${id} is not among those exported`);
      return category;
    },
  };
}
