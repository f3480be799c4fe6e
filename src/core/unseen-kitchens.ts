/**
 * The videos of VISOR's validation set from kitchens that its training set does not have.
 * Source: VISOR-VOS `visor_to_davis.py`, which writes `val_unseen.txt` from them.
 */
const UNSEEN_KITCHEN_VIDEOS: ReadonlySet<string> = new Set([
  'P07_101',
  'P07_103',
  'P07_110',
  'P09_02',
  'P09_07',
  'P09_103',
  'P09_104',
  'P09_106',
  'P21_01',
  'P29_04',
]);

/** Whether a sequence such as `P09_02_seq_00001` belongs to VISOR's unseen-kitchen subset. */
export function isUnseenKitchen(sequence: string): boolean {
  return UNSEEN_KITCHEN_VIDEOS.has(sequence.split('_').slice(0, 2).join('_'));
}
