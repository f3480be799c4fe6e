/** What annotation files begin with; a project of the studio begins with `format`. */
const FIRST_MEMBERS = [
  // VISOR, and COCO's family.
  'info',
  'video_annotations',
  'licenses',
  'images',
  'annotations',
  'categories',
  'videos',
  // SA-V.
  'video_id',
  'masklet',
];
const START = new RegExp(`^\\uFEFF?\\s*\\{\\s*"(${FIRST_MEMBERS.join('|')})"\\s*:`);

/**
 * Whether a JSON document that starts like this holds annotations, as far as can be told from it:
 * VISOR's, COCO's, YouTube-VIS' or SA-V's. Which of them takes more of the file.
 */
export function looksLikeAnnotations(start: string): boolean {
  return START.test(start);
}
