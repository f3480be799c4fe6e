import { StudioError } from '../../core/errors.ts';

const MEMORY_SIGNS =
  /out of memory|bad_alloc|failed to allocate|memory access out of bounds|RangeError: (Array buffer|Invalid typed array) /i;

/** The GPU device is gone; `reason` is a sentence, or empty. */
export function deviceLost(reason: string): StudioError {
  return new StudioError('device-lost', `The graphics device was lost. ${reason}`.trim(), {
    hint: 'The studio starts it again; prompts and finished masks are kept.',
  });
}

/** An error that ORT threw while it did `what`, as one for the user. */
export function ortFailure(what: string, error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  if (MEMORY_SIGNS.test(detail)) {
    return new StudioError('out-of-memory', `There was not enough memory for ${what}.`, {
      hint: 'Choose a smaller image size or a smaller model, and close other tabs.',
      cause: error,
    });
  }
  return new StudioError('model-failed', `ONNX Runtime failed on ${what}: ${detail}`, {
    hint: 'Try the other backend. If it happens again, report the message with the model and the device.',
    cause: error,
  });
}
