import { StudioError } from '../../core/errors.ts';

const MEMORY_SIGNS =
  /out of memory|bad_alloc|failed to allocate|memory access out of bounds|createBuffer failed, size|RangeError: (Array buffer|Invalid typed array) /i;

/** The GPU device is gone; `reason` is a sentence, or empty. */
export function deviceLost(reason: string): StudioError {
  return new StudioError('device-lost', `The graphics device was lost. ${reason}`.trim(), {
    hint: 'The studio starts it again; prompts and finished masks are kept.',
  });
}

const SMALLER_HINT =
  'Finished masks and prompts are kept. Choose a smaller image size, a smaller model or fewer objects, and close other tabs.';

/**
 * The GPU could not make a buffer. Whatever was computed with it is void, and so is all that is
 * computed afterwards: ONNX Runtime goes on with the buffer that is none.
 */
export function gpuOutOfMemory(): StudioError {
  return new StudioError('out-of-memory', 'The GPU ran out of memory.', { hint: SMALLER_HINT });
}

/** An error that ORT threw while it did `what`, as one for the user. */
export function ortFailure(what: string, error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  if (MEMORY_SIGNS.test(detail)) {
    return new StudioError('out-of-memory', `There was not enough memory for ${what}.`, {
      hint: SMALLER_HINT,
      cause: error,
    });
  }
  return new StudioError('model-failed', `ONNX Runtime failed on ${what}: ${detail}`, {
    hint: 'Try the other backend. If it happens again, report the message with the model and the device.',
    cause: error,
  });
}
