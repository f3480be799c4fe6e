import type { StoreApi } from 'zustand/vanilla';
import { isAbort, StudioError } from '../core/errors.ts';
import { withAlert, type AlertAction, type AlertSeverity } from './alerts-slice.ts';
import type { EventQueue } from './event-queue.ts';
import type { StudioServices } from './services.ts';
import type { StudioState } from './studio-state.ts';

/** What every group of actions works with. */
export interface StoreContext {
  readonly store: StoreApi<StudioState>;
  readonly services: StudioServices;
  readonly events: EventQueue;
}

/** Changes some fields of one slice. */
export function patch<Slice extends keyof StudioState>(
  context: Pick<StoreContext, 'store'>,
  slice: Slice,
  fields: Partial<StudioState[Slice]>,
): void {
  context.store.setState((state) => ({ ...state, [slice]: { ...state[slice], ...fields } }));
}

interface AlertContent {
  readonly severity: AlertSeverity;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly action?: AlertAction;
}

/** Shows a toast and writes it to the log. Returns its number. */
export function raiseAlert(context: StoreContext, content: AlertContent): number {
  const id = context.store.getState().alerts.nextId;
  context.store.setState((state) => ({
    alerts: withAlert(state.alerts, {
      severity: content.severity,
      message: content.message,
      hint: content.hint,
      action: content.action,
      at: context.services.now().toISOString(),
    }),
  }));
  return id;
}

/** Tells the user of a failure; cancellations are not failures. */
export function reportError(context: StoreContext, error: unknown): void {
  if (isAbort(error)) return;
  if (error instanceof StudioError) {
    raiseAlert(context, { severity: 'error', message: error.message, hint: error.hint });
    return;
  }
  const detail = error instanceof Error ? error.message : String(error);
  raiseAlert(context, {
    severity: 'error',
    message: `Something went wrong that should not have: ${detail}`,
    hint: 'This is a fault of the studio. Your work is still here; please report the message.',
  });
}
