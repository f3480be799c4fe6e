import { transferHandlers, type TransferHandler } from 'comlink';
import { invariant } from '../core/assert.ts';
import { StudioError, type ErrorCode } from '../core/errors.ts';

/** An error as it crosses between workers: classes do not survive, codes do. */
type WireError =
  | {
      readonly kind: 'studio';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint?: string;
      readonly stack?: string;
    }
  | { readonly kind: 'abort'; readonly message: string }
  | {
      readonly kind: 'bug';
      readonly name: string;
      readonly message: string;
      readonly stack?: string;
    };

function toWire(error: unknown): WireError {
  if (error instanceof StudioError) {
    return {
      kind: 'studio',
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.stack === undefined ? {} : { stack: error.stack }),
    };
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { kind: 'abort', message: error.message };
  }
  if (error instanceof Error) {
    return {
      kind: 'bug',
      name: error.name,
      message: error.message,
      ...(error.stack === undefined ? {} : { stack: error.stack }),
    };
  }
  return { kind: 'bug', name: 'Error', message: String(error) };
}

function fromWire(wire: WireError): unknown {
  switch (wire.kind) {
    case 'studio':
      return new StudioError(
        wire.code,
        wire.message,
        wire.hint === undefined ? {} : { hint: wire.hint },
      );
    case 'abort':
      return new DOMException(wire.message, 'AbortError');
    case 'bug': {
      const error = new Error(wire.message);
      error.name = wire.name;
      if (wire.stack !== undefined) error.stack = wire.stack;
      return error;
    }
  }
}

/**
 * Makes errors thrown across Comlink keep their code. Comlink's own handler drops all fields but
 * name, message and stack. Call once on each side, before the first call.
 */
export function installErrorTransfer(): void {
  const original = transferHandlers.get('throw');
  invariant(original !== undefined, 'Comlink has no handler for thrown values');
  const handler: TransferHandler<{ readonly value: unknown }, WireError> = {
    canHandle: (value): value is { readonly value: unknown } => original.canHandle(value),
    serialize: ({ value }) => [toWire(value), []],
    deserialize: (wire) => {
      throw fromWire(wire);
    },
  };
  transferHandlers.set('throw', handler);
}
