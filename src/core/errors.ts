/** What went wrong, as a closed list: it survives the way between workers, class identity does not. */
export type ErrorCode =
  | 'checkpoint-invalid'
  | 'checkpoint-unsupported'
  | 'device-lost'
  | 'download-failed'
  | 'file-invalid'
  | 'file-write-failed'
  | 'frame-outside-session'
  | 'graph-invalid'
  | 'model-failed'
  | 'model-self-test-failed'
  | 'model-too-large'
  | 'out-of-memory'
  | 'project-in-use'
  | 'prompts-missing'
  | 'session-disposed'
  | 'step-forgotten'
  | 'storage-full'
  | 'video-decode-failed'
  | 'video-encode-failed'
  | 'video-unsupported'
  | 'webgpu-unavailable'
  | 'worker-terminated';

interface StudioErrorOptions {
  /** What the user can do about it, as a sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error whose message is written for the user. Bugs throw plain errors (`invariant`). */
export class StudioError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: StudioErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'StudioError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Whether `error` is a cancellation, which is never shown as a failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
