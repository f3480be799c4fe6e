import { withoutToast, type AlertAction } from './alerts-slice.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';

/** What alerts can do for the user. */
interface AlertHandlers {
  undoRemove(action: Extract<AlertAction, { kind: 'undo-remove' }>): void;
  /** The toast that offered to undo is gone. */
  purgeRemoved(action: Extract<AlertAction, { kind: 'undo-remove' }>): Promise<void>;
  restartEngine(): Promise<void>;
}

/** Toasts and the log behind them. */
export class AlertsActions {
  readonly #context: StoreContext;
  readonly #handlers: AlertHandlers;

  constructor(context: StoreContext, handlers: AlertHandlers) {
    this.#context = context;
    this.#handlers = handlers;
  }

  /** Takes the toast off the screen. A removal that it offered to undo becomes final. */
  async dismiss(id: number): Promise<void> {
    const action = this.#takeOff(id);
    if (action?.kind === 'undo-remove') await this.#handlers.purgeRemoved(action);
  }

  /** Does what the alert offers. */
  async follow(id: number): Promise<void> {
    const action = this.#takeOff(id);
    if (action?.kind === 'undo-remove') this.#handlers.undoRemove(action);
    if (action?.kind === 'restart-engine') await this.#handlers.restartEngine();
  }

  clearLog(): void {
    patch(this.#context, 'alerts', { log: [] });
  }

  /** Shows an error that reached the page's edge, so that none is only in the console. */
  reportError(error: unknown): void {
    reportError(this.#context, error);
  }

  /** The decode worker is gone, and with it the clip and the masks. */
  reportMediaLoss(error: Error): void {
    raiseAlert(this.#context, {
      severity: 'error',
      message: `${error.message} The stage and the masks went with it.`,
      hint: 'Reload the page and open the clip again.',
    });
  }

  #takeOff(id: number): AlertAction | undefined {
    const { store } = this.#context;
    const alert = store.getState().alerts.log.find((item) => item.id === id);
    store.setState((state) => ({ alerts: withoutToast(state.alerts, id) }));
    return alert?.action;
  }
}
