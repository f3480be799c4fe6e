import type { DeviceReport } from './device.ts';

/** What the page tells the service worker. With a port it is answered, by an `OfflineAnswer`. */
export type OfflineMessage =
  /** A page was opened, and this worker served it. */
  | { readonly kind: 'started' }
  /** Keep what this build of ONNX Runtime needs. */
  | { readonly kind: 'keep'; readonly bundle: DeviceReport['bundle'] }
  /** Forget everything: this address is no longer the studio's. */
  | { readonly kind: 'leave' }
  /** Take the place of the worker of the build before. Its pages must be loaded again. */
  | { readonly kind: 'activate' };

/** Whether what was asked for is done, all of it. */
export interface OfflineAnswer {
  readonly isDone: boolean;
}
