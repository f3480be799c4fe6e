import { BuildCache } from './build-cache.ts';
import type { OfflineBuild, OfflineFile } from './offline-build.ts';
import { rangeResponse } from './range-response.ts';

interface OfflineStudioOptions {
  readonly build: OfflineBuild;
  /** Address of the studio's root, with a slash at the end. */
  readonly root: string;
  readonly caches: CacheStorage;
  readonly fetch: (request: Request | string, init?: RequestInit) => Promise<Response>;
  /** How many pages of the studio are open, of whatever build. */
  readonly countPages: () => Promise<number>;
  /** Whether another build is being kept, or waits. */
  readonly hasNewer: () => boolean;
}

/** Answers the studio's requests for its own files, without a network once they are kept. */
export class OfflineStudio {
  readonly #options: OfflineStudioOptions;
  readonly #cache: BuildCache;
  readonly #files: ReadonlyMap<string, OfflineFile>;

  constructor(options: OfflineStudioOptions) {
    this.#options = options;
    this.#cache = new BuildCache(options);
    this.#files = new Map(options.build.files.map((file) => [file.path, file]));
  }

  /**
   * Keeps what every browser needs, and the parts that this one has used with an earlier build.
   * Rejects where not all of it can be had.
   */
  async install(): Promise<void> {
    const parts = await this.#cache.keptParts();
    const { files } = this.#options.build;
    await this.#cache.keep(files.filter(({ part }) => part === undefined || parts.has(part)));
  }

  /** Keeps a part. Rejects as `install`. */
  async keepPart(wanted: string): Promise<void> {
    await this.#cache.keep(this.#options.build.files.filter(({ part }) => part === wanted));
  }

  /**
   * This build answers from now on. A page that is open may be of an earlier one, and goes on with its
   * files until it is loaded again.
   */
  async takeOver(): Promise<void> {
    if ((await this.#options.countPages()) === 0) await this.#cache.removeOthers();
  }

  /** A page of this build has started. Where it is the only one, no earlier build is needed. */
  async pageStarted(): Promise<void> {
    const { countPages, hasNewer } = this.#options;
    if (!hasNewer() && (await countPages()) === 1) await this.#cache.removeOthers();
  }

  /** Forgets this build and all others. */
  async removeAllBuilds(): Promise<void> {
    await this.#cache.removeAll();
  }

  /** Absent where the request is none of the studio's: the browser does what it would. */
  responseTo(request: Request): Promise<Response> | undefined {
    const path = this.#pathOf(request);
    if (path === undefined) return undefined;
    const file = this.#files.get(path);
    if (file !== undefined) return this.#serve(file, request);
    return path.startsWith('assets/') ? this.#serveOther(request) : undefined;
  }

  async #serve(file: OfflineFile, request: Request): Promise<Response> {
    let whole: Response;
    try {
      whole = await this.#cache.load(file);
    } catch {
      // Not kept, and not on the server as it was: what the network says of it is the answer.
      return this.#options.fetch(request);
    }
    return rangeResponse(whole, request.headers.get('Range'));
  }

  /** A page of an earlier build, open since before this one, asks for what the server has no more. */
  async #serveOther(request: Request): Promise<Response> {
    return (await this.#cache.findInAny(request.url)) ?? this.#options.fetch(request);
  }

  #pathOf({ method, url }: Request): string | undefined {
    const address = new URL(url);
    // What stands behind `?` and `#` is the page's business.
    const plain = address.origin + address.pathname;
    const { root } = this.#options;
    if (method !== 'GET' || !plain.startsWith(root)) return undefined;
    const path = plain.slice(root.length);
    return path === 'index.html' ? '' : path;
  }
}
