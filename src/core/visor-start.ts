/** Whether a JSON document that starts like this is a VISOR file, as far as can be told from it. */
export function looksLikeVisor(start: string): boolean {
  return /^\uFEFF?\s*\{\s*"(info|video_annotations)"\s*:/.test(start);
}
