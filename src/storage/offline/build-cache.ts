import type { OfflineBuild, OfflineFile } from './offline-build.ts';

const PREFIX = 'studio-';
/** On kept responses: which contents they are, so that another build knows whether they are its. */
const INTEGRITY = 'Studio-Integrity';
const PART = 'Studio-Part';

interface BuildCacheOptions {
  readonly build: OfflineBuild;
  /** Address of the studio's root, with a slash at the end. */
  readonly root: string;
  readonly caches: CacheStorage;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** The files of one build in the browser's cache, each proven to be of that build. */
export class BuildCache {
  readonly #options: BuildCacheOptions;
  readonly #name: string;

  constructor(options: BuildCacheOptions) {
    this.#options = options;
    this.#name = PREFIX + options.build.id;
  }

  /**
   * Keeps files, and takes those that have not changed since another build from there.
   * @throws TypeError where one cannot be had, or is not the one of this build: the server has
   * another build by now
   */
  async keep(files: readonly OfflineFile[]): Promise<void> {
    const { caches } = this.#options;
    const cache = await caches.open(this.#name);
    const put = async (file: OfflineFile) => {
      const url = this.#urlOf(file);
      if ((await cache.match(url)) !== undefined) return;
      await cache.put(url, (await this.#keptByAny(file)) ?? (await this.#download(file)));
    };
    await Promise.all(files.map(put));
  }

  /** The parts of which any build has kept a file. */
  async keptParts(): Promise<ReadonlySet<string>> {
    const parts = new Set<string>();
    for (const name of await this.#names()) {
      const cache = await this.#options.caches.open(name);
      for (const response of await cache.matchAll()) {
        const part = response.headers.get(PART);
        if (part !== null) parts.add(part);
      }
    }
    return parts;
  }

  /** The file, from the network where it is not kept; it is kept then. */
  async load(file: OfflineFile): Promise<Response> {
    const { caches } = this.#options;
    const found = await caches.match(this.#urlOf(file), { cacheName: this.#name });
    if (found !== undefined) return found;
    const response = (await this.#keptByAny(file)) ?? (await this.#download(file));
    try {
      const cache = await caches.open(this.#name);
      await cache.put(this.#urlOf(file), response.clone());
    } catch (error) {
      // A full disk: the file is there all the same, this time.
      if (!(error instanceof DOMException)) throw error;
    }
    return response;
  }

  /** Any build's file at this address, for pages of an earlier build that are still open. */
  async findInAny(url: string): Promise<Response | undefined> {
    return this.#options.caches.match(url);
  }

  /** Forgets all other builds. */
  async removeOthers(): Promise<void> {
    await this.#remove((await this.#names()).filter((name) => name !== this.#name));
  }

  /** Forgets all builds. */
  async removeAll(): Promise<void> {
    await this.#remove(await this.#names());
  }

  async #remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#options.caches.delete(name)));
  }

  /** The same contents in any build's cache. */
  async #keptByAny(file: OfflineFile): Promise<Response | undefined> {
    for (const name of await this.#names()) {
      const cache = await this.#options.caches.open(name);
      const response = await cache.match(this.#urlOf(file));
      if (response?.headers.get(INTEGRITY) === file.integrity) return response;
    }
    return undefined;
  }

  async #download(file: OfflineFile): Promise<Response> {
    const { build, fetch } = this.#options;
    // The browser's own cache is asked first, but whether it is up to date is the server's to say.
    const init: RequestInit = { cache: 'no-cache', integrity: file.integrity };
    const response = await fetch(this.#urlOf(file), init);
    if (response.status !== 200) throw new TypeError(`${file.path}: status ${response.status}`);
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(build.headers)) headers.set(name, value);
    headers.set(INTEGRITY, file.integrity);
    if (file.part !== undefined) headers.set(PART, file.part);
    return new Response(response.body, { status: 200, headers });
  }

  async #names(): Promise<readonly string[]> {
    return (await this.#options.caches.keys()).filter((name) => name.startsWith(PREFIX));
  }

  #urlOf({ path }: OfflineFile): string {
    return this.#options.root + path;
  }
}
