import { StudioError } from '../core/errors.ts';

/** The error as users read it; anything that is none of ours is a worker that did not start. */
export function asStudioError(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  return new StudioError('worker-terminated', 'The inference worker did not start.', {
    cause: error,
  });
}

const ENDINGS: ReadonlySet<StudioError['code']> = new Set([
  'device-lost',
  'out-of-memory',
  'worker-terminated',
]);

/** Whether the error means that the inference worker is done for. */
export function isEngineLost(error: unknown): error is StudioError {
  return error instanceof StudioError && ENDINGS.has(error.code);
}

/** Whether a worker in the lost one's place may fare better: memory that ran out runs out again. */
export function isWorthRestarting(error: StudioError): boolean {
  return isEngineLost(error) && error.code !== 'out-of-memory';
}
