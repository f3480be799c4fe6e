import { StudioError } from '../core/errors.ts';

/** Says what errors of the file system mean for work that is to be saved; others stay as they are. */
export function asSavingError(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'QuotaExceededError') return noRoom(error);
  return error.name === 'NotReadableError' ? unreadable(error) : noStorage(error);
}

/** The browser refuses to keep files, or fails to. */
export function noStorage(cause: unknown): StudioError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StudioError('file-write-failed', `Masks cannot be saved in this browser: ${reason}`, {
    cause,
    hint: 'Private windows keep nothing. Export the project before you close this page.',
  });
}

/** The disk, or the browser’s share of it, is full. */
export function noRoom(cause?: unknown): StudioError {
  return new StudioError('storage-full', 'There is no room left to save masks.', {
    cause,
    hint: 'Free disk space and save again, or export the project before you close this page.',
  });
}

/** Another tab holds the pack. */
export function inUse(cause: unknown): StudioError {
  return new StudioError('project-in-use', 'This project is open in another tab.', {
    cause,
    hint: 'Go on there, or close that tab and open the project again.',
  });
}

/** A pack that this studio cannot take on; it stays as it is. */
export function unfit(message: string, hint: string): StudioError {
  return new StudioError('file-invalid', message, { hint });
}

/** What was saved cannot be read, or is not what it was. */
export function unreadable(cause: unknown): StudioError {
  return new StudioError('file-invalid', 'Saved masks cannot be read.', {
    cause,
    hint: 'Reload the page; what is damaged is left out then. Nothing was deleted.',
  });
}
