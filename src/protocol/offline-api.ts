import type { DeviceReport } from './device.ts';

/** What the page tells the service worker. */
export type OfflineMessage =
  /** A page was opened, and this worker served it. */
  | { readonly kind: 'started' }
  /**
   * Keep what this build of ONNX Runtime needs. Answered with an `OfflineAnswer` on the port that
   * comes with it.
   */
  | { readonly kind: 'keep'; readonly bundle: DeviceReport['bundle'] }
  /** Forget everything: this address is no longer the studio's. */
  | { readonly kind: 'leave' }
  /** Take the place of the worker of the build before. Its pages must be loaded again. */
  | { readonly kind: 'activate' };

/** Whether the studio can now be opened without a network. */
export interface OfflineAnswer {
  readonly isKept: boolean;
}
