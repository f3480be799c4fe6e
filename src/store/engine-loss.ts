import { StudioError } from '../core/errors.ts';

/** The error as users read it; anything that is none of ours is a worker that did not start. */
export function asStudioError(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  return new StudioError('worker-terminated', 'The inference worker did not start.', {
    cause: error,
  });
}

/** Whether the error means that the inference worker is done for. */
export function isEngineLost(error: unknown): error is StudioError {
  return (
    error instanceof StudioError &&
    (error.code === 'device-lost' || error.code === 'worker-terminated')
  );
}
