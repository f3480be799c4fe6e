type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Reached from here, and so from the module, until the reader has what it wanted. */
const readsUnderWay = new Set<Set<ByteStream>>();

/**
 * Lends files to a reader that streams ranges of them, as ORT does with a graph's weights, and
 * holds those streams until it is done.
 *
 * A read under way must keep its stream alive. In Chromium a BYOB read of a blob's stream does not:
 * where nothing but the code that waits for it refers to it, a garbage collection takes stream and
 * read away, and the wait never ends. WebKit had the same (WebKit/WebKit#54097). With ORT that was
 * a model that hung while it was loaded, now and then.
 */
export async function withRootedFiles<T>(
  files: ReadonlyMap<string, Blob>,
  read: (files: ReadonlyMap<string, Blob>) => Promise<T>,
): Promise<T> {
  const streams = new Set<ByteStream>();
  readsUnderWay.add(streams);
  try {
    return await read(
      new Map([...files].map(([name, file]) => [name, new RootedBlob([file], streams)])),
    );
  } finally {
    readsUnderWay.delete(streams);
  }
}

/** The same bytes, not copied, whose streams and those of whose slices are held. */
class RootedBlob extends Blob {
  readonly #streams: Set<ByteStream>;

  constructor(parts: readonly Blob[], streams: Set<ByteStream>) {
    super([...parts]);
    this.#streams = streams;
  }

  override slice(start?: number, end?: number, contentType?: string): Blob {
    return new RootedBlob([super.slice(start, end, contentType)], this.#streams);
  }

  override stream(): ByteStream {
    const stream = super.stream();
    this.#streams.add(stream);
    return stream;
  }
}
