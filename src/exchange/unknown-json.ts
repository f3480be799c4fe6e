import { StudioError } from '../core/errors.ts';
import { jsonFacts } from '../formats/labels/json-kind.ts';
import type { SourceFile } from '../formats/source-file.ts';

/** In messages. */
const LISTED_KEYS = 4;

/** Why a JSON file that is no annotations cannot be read as such: what it is, or what is wrong. */
export async function refusalOfJson(file: SourceFile): Promise<StudioError> {
  const { kind, keys, problem } = await jsonFacts(file);
  if (problem !== undefined) {
    return new StudioError(problem.code, `${file.path}: ${problem.message}`, {
      cause: problem,
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    });
  }
  if (kind !== 'project') return unknownJson(file.path, keys);
  return new StudioError('file-invalid', `“${file.path}” is a project of this studio.`, {
    hint: 'Open it alone, as masks of yours. For a ground truth, export its masks as PNGs or COCO.',
  });
}

/**
 * JSON of a form that is not read.
 * @param keys the first members of its outermost object; none where it is no object
 */
function unknownJson(name: string, keys: readonly string[]): StudioError {
  const listed = keys.slice(0, LISTED_KEYS).map((key) => `“${key}”`);
  const what =
    listed.length === 0
      ? 'is not an object with members'
      : `is JSON with the members ${listed.join(', ')}`;
  return new StudioError(
    'file-invalid',
    `“${name}” ${what}, a form that the studio does not read.`,
    {
      hint: 'Annotations are COCO’s (“images” and “annotations”), YouTube-VIS’ (“videos” and “annotations”), SA-V’s (“masklet”) or VISOR’s (“video_annotations”).',
    },
  );
}
