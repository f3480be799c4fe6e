import { modelInUse } from './models-slice.ts';
import type { OfflineState } from './offline-slice.ts';
import { raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';

/** Keeping the studio for visits without a network, and new versions of it. */
export class OfflineActions {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Keeps the studio in the browser. Called once, when nothing that the user waits for is being
   * downloaded any more. Where it cannot be kept, the studio works as before, and says so.
   */
  async start(): Promise<void> {
    const { offline } = this.#context.services;
    if (offline === undefined) return;
    this.#set({ status: 'preparing' });
    try {
      await offline.start({
        onUpdateReady: () => this.#offerReload('A new version is ready.'),
        onReplaced: () => this.#offerReload('The studio was updated in another tab.'),
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#set({ status: 'failed', message });
      return;
    }
    const { store } = this.#context;
    const keep = () => void this.#keepBundle(bundleOf(store.getState()));
    keep();
    store.subscribe((state, before) => {
      if (bundleOf(state) !== bundleOf(before)) keep();
    });
  }

  /** Loads the page again, with the new version where there is one. */
  reload(): void {
    this.#context.services.offline?.update();
  }

  async #keepBundle(bundle: ReturnType<typeof bundleOf>): Promise<void> {
    if (bundle === undefined) return;
    const isKept = (await this.#context.services.offline?.keep(bundle)) === true;
    this.#set(
      isKept
        ? { status: 'ready' }
        : { status: 'failed', message: 'Not all files of the model’s engine could be kept.' },
    );
  }

  // Nothing changes until the user says so.
  #offerReload(message: string): void {
    raiseAlert(this.#context, { severity: 'info', message, action: { kind: 'reload' } });
  }

  #set(offline: OfflineState): void {
    this.#context.store.setState({ offline });
  }
}

/** Which build of ONNX Runtime runs; absent before the first model. */
function bundleOf({ models }: StudioState) {
  return modelInUse(models)?.device.bundle;
}
