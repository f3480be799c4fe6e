import { StudioError } from '../../core/errors.ts';
import type { JsonForm } from '../json-form.ts';
import { JsonNode } from '../json-node.ts';

/** How messages speak of annotations in JSON, whatever their form. */
export const LABEL_FORM: JsonForm = {
  title: 'The annotation file',
  damagedHint: 'The file is damaged or not copied to its end; get it again from its source.',
  formHint: 'docs/formats.md says what is read of COCO, YouTube-VIS and SA-V.',
};

/** Of run lengths and polygons of one file. */
export const MAX_RETAINED_BYTES = 512 * 1024 * 1024;

/** Refuses a part of the file, such as `annotations[3]`, for a reason of the caller's. */
export function refuseLabel(path: string, reason: string): never {
  return new JsonNode(undefined, path, LABEL_FORM).refuse(reason);
}

/** The masks of a file need more memory than is given to them. */
export function tooManyLabels(): StudioError {
  return new StudioError('out-of-memory', 'The masks of this file do not fit into memory.', {
    hint: 'Split the file by its videos and open the one of this clip.',
  });
}
