/** How much it matters: errors stay on the screen, the rest goes by itself. */
export type AlertSeverity = 'info' | 'success' | 'warning' | 'error';

/** What the user can do from an alert. */
export type AlertAction =
  /** The step just done; the offer goes with the next one. */
  | { readonly kind: 'undo' }
  | { readonly kind: 'restart-engine' }
  /** Masks and prompts are not being saved. */
  | { readonly kind: 'save-again' }
  /** Saved work was found for the clip. */
  | { readonly kind: 'start-over' }
  /** Another version of the studio is there. */
  | { readonly kind: 'reload' };

/** A message to the user. It stays in the log after its toast is gone. */
export interface Alert {
  readonly id: number;
  readonly severity: AlertSeverity;
  readonly message: string;
  readonly hint: string | undefined;
  readonly action: AlertAction | undefined;
  /** RFC 3339 */
  readonly at: string;
  /** Whether its toast is on the screen. */
  readonly isShown: boolean;
}

/** Everything said to the user in this visit, the last 200 of it. */
export interface AlertsSlice {
  readonly nextId: number;
  /** Oldest first. */
  readonly log: readonly Alert[];
}

/** Before anything was said. */
export const INITIAL_ALERTS: AlertsSlice = { nextId: 1, log: [] };

const LOG_LENGTH = 200;

/** More would hide the stage; the bell counts the others. */
const MOST_TOASTS = 2;

/** The log with one alert more; a toast that says the same already is replaced. */
export function withAlert(slice: AlertsSlice, alert: Omit<Alert, 'id' | 'isShown'>): AlertsSlice {
  const others = slice.log.map((other) =>
    other.isShown && other.message === alert.message ? { ...other, isShown: false } : other,
  );
  const log = [...others, { ...alert, id: slice.nextId, isShown: true }].slice(-LOG_LENGTH);
  return { nextId: slice.nextId + 1, log: withFewToasts(log) };
}

function withFewToasts(log: readonly Alert[]): readonly Alert[] {
  const shown = log.filter((alert) => alert.isShown).map((alert) => alert.id);
  const hidden = new Set(shown.slice(0, -MOST_TOASTS));
  return log.map((alert) => (hidden.has(alert.id) ? { ...alert, isShown: false } : alert));
}

/** The alert stays in the log without its toast. */
export function withoutToast(slice: AlertsSlice, id: number): AlertsSlice {
  return {
    ...slice,
    log: slice.log.map((alert) => (alert.id === id ? { ...alert, isShown: false } : alert)),
  };
}

/** The log without offers to undo: another step is the newest now. */
export function withoutUndoOffers(slice: AlertsSlice): AlertsSlice {
  if (!slice.log.some(({ action }) => action?.kind === 'undo')) return slice;
  const log = slice.log.map((alert) =>
    alert.action?.kind === 'undo' ? { ...alert, action: undefined, isShown: false } : alert,
  );
  return { ...slice, log };
}
