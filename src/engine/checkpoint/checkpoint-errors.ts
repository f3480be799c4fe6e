import { StudioError } from '../../core/errors.ts';

const DAMAGED_HINT =
  'The file is damaged or was cut short. Download or copy it again and compare its size with the source.';

/** How to get a file that can be read from one that cannot, for users who have Python at hand. */
export const RESAVE_HINT =
  "In Python, save the weights alone: torch.save({'model': model.state_dict()}, 'checkpoint.pt').";

/** The file contradicts itself or its format; `checkpoint-invalid`. */
export function invalidCheckpoint(
  message: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): StudioError {
  return new StudioError('checkpoint-invalid', message, { hint: DAMAGED_HINT, ...options });
}

/** The file may be sound but is not one the studio reads; `checkpoint-unsupported`. */
export function unsupportedCheckpoint(message: string, hint: string): StudioError {
  return new StudioError('checkpoint-unsupported', message, { hint });
}

/** A name from the file as it may stand in a message: quoted, escaped, and not megabytes long. */
export function quoteName(name: string): string {
  const MAX_CHARACTERS = 120;
  return JSON.stringify(name.length > MAX_CHARACTERS ? `${name.slice(0, MAX_CHARACTERS)}…` : name);
}
