/** Whether the studio can be opened without a network. */
export type OfflineState =
  /** Nothing is kept: not asked for yet, or not meant to be, as in development. */
  | { readonly status: 'off' }
  | { readonly status: 'preparing' }
  | { readonly status: 'ready' }
  /** The browser does not keep it. */
  | { readonly status: 'failed'; readonly message: string };

/** Before the page is loaded. */
export const INITIAL_OFFLINE: OfflineState = { status: 'off' };
