import { withoutToast, type AlertAction } from './alerts-slice.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';

/** What alerts can do for the user. */
type AlertHandlers = Readonly<Record<AlertAction['kind'], () => void | Promise<void>>>;

/** Toasts and the log behind them. */
export class AlertsActions {
  readonly #context: StoreContext;
  readonly #handlers: AlertHandlers;

  constructor(context: StoreContext, handlers: AlertHandlers) {
    this.#context = context;
    this.#handlers = handlers;
  }

  /** Takes the toast off the screen. */
  dismiss(id: number): void {
    this.#takeOff(id);
  }

  /** Does what the alert offers. */
  async follow(id: number): Promise<void> {
    const action = this.#takeOff(id);
    if (action !== undefined) await this.#handlers[action.kind]();
  }

  clearLog(): void {
    patch(this.#context, 'alerts', { log: [] });
  }

  /** Shows an error that reached the page's edge, so that none is only in the console. */
  reportError(error: unknown): void {
    reportError(this.#context, error);
  }

  /** The decode worker is gone, and with it the clip and the stage; what was saved is not. */
  reportMediaLoss(error: Error): void {
    raiseAlert(this.#context, {
      severity: 'error',
      message: `${error.message} The stage went with it.`,
      hint: 'Reload the page and continue: what was saved is still there.',
    });
  }

  #takeOff(id: number): AlertAction | undefined {
    const { store } = this.#context;
    const alert = store.getState().alerts.log.find((item) => item.id === id);
    store.setState((state) => ({ alerts: withoutToast(state.alerts, id) }));
    return alert?.action;
  }
}
