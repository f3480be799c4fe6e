import type { PreviewPort } from '../protocol/mask-preview.ts';
import type { ComparePort, MediaPort, PicturePort, TruthPort } from '../protocol/media-api.ts';

/** All that is served to the workers beside the decode worker. */
export type ServedPorts = MediaPort & ComparePort & PicturePort & PreviewPort & TruthPort;

/** How values cross to other threads; the worker's entry says how. */
export interface MediaBoundary {
  /** Serves `api` to whoever holds the other end of `port`. */
  serve(api: ServedPorts, port: MessagePort): void;
  /** Marks what is handed over rather than copied when `value` is returned. */
  transfer<T>(value: T, owned: Transferable[]): T;
  /** Gives up a callback that came from another thread. */
  release(callback: unknown): void;
}
