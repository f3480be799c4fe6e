import type { EntityRule } from '../../core/ground-truth.ts';
import { isUnseenKitchen } from '../../core/unseen-kitchens.ts';
import { compareCodePoints } from '../code-points.ts';
import type { GroundTruthSequence } from '../ground-truth/ground-truth.ts';
import { pythonJson } from '../python-json.ts';
import type { EntityIds } from './entity-ids.ts';
import { entityNamesOf } from './entity-names.ts';

/** Which part of VISOR a sequence belongs to. */
export type VisorSet = 'train' | 'val';

/** A text file of the tree that `visor_to_davis.py` writes. */
export interface TreeText {
  /** From the folder `VISOR_2022` on. */
  readonly path: string;
  readonly text: string;
}

/** The rule with which VISOR's authors convert each set. */
export const RULE_OF_SET: Record<VisorSet, EntityRule> = {
  train: 'all-frames',
  val: 'first-frame',
};

/**
 * `ImageSets/2022/*.txt` and `*_data_mapping.json`, byte for byte as `visor_to_davis.py` writes
 * them. The mapping also names sequences that were dropped.
 * @param sequences those that were kept, of all videos of the set
 * @param entityIds of each video, in the order of the videos' names
 */
export function treeTexts(
  set: VisorSet,
  sequences: readonly Pick<GroundTruthSequence, 'name'>[],
  entityIds: readonly EntityIds[],
): TreeText[] {
  const names = sequences.map(({ name }) => name).sort(compareCodePoints);
  const unseen = { path: 'ImageSets/2022/val_unseen.txt', lines: names.filter(isUnseenKitchen) };
  const lists = [
    { path: `ImageSets/2022/${set}.txt`, lines: names },
    ...(set === 'val' ? [unseen] : []),
  ];
  return [
    ...lists.map(({ path, lines }) => ({ path, text: lines.join('\n') })),
    { path: `${set}_data_mapping.json`, text: pythonJson(namesById(entityIds)) },
  ];
}

/**
 * Where a frame lies in the tree, from the folder `VISOR_2022` on.
 * @param folder `Annotations` for its PNG, `JPEGImages` for its picture
 */
export function treePath(
  folder: 'Annotations' | 'JPEGImages',
  { name, size }: Pick<GroundTruthSequence, 'name' | 'size'>,
  stem: string,
): string {
  const extension = folder === 'Annotations' ? 'png' : 'jpg';
  return `${folder}/${size.height}p/${name}/${stem}.${extension}`;
}

function namesById(entityIds: readonly EntityIds[]): unknown {
  const names = entityIds.flatMap((ids) => [...entityNamesOf(ids)]);
  return Object.fromEntries(names.map(([sequence, byId]) => [sequence, Object.fromEntries(byId)]));
}
