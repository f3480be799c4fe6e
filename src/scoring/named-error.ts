import { StudioError } from '../core/errors.ts';

/** A user's error with the file or frame that it is about in front; others as they are. */
export function namedError(name: string, error: unknown): unknown {
  if (!(error instanceof StudioError)) return error;
  return new StudioError(error.code, `${name}: ${error.message}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
