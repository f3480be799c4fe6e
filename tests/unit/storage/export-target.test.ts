import { describe, expect, test } from 'vitest';
import { ExportFiles } from '../../../src/storage/export-target.ts';

// The real file system is exercised in the browser lane; these fakes can fail on demand.

type WriteFile = (bytes: Uint8Array<ArrayBuffer>, at: number) => number;

class FakeFile {
  readonly name: string;
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  isRemoved = false;
  /** What a sync handle's write does; short of room it returns less than it was given. */
  writeSync: WriteFile = (bytes, at) => {
    const grown = new Uint8Array(Math.max(this.bytes.length, at + bytes.length));
    grown.set(this.bytes);
    grown.set(bytes, at);
    this.bytes = grown;
    return bytes.length;
  };
  /** Thrown by the stream's write, and by its close. */
  writeError: DOMException | undefined;
  closeError: DOMException | undefined;

  constructor(name: string) {
    this.name = name;
  }

  async getFile(): Promise<File> {
    return new File([this.bytes], this.name);
  }

  async createSyncAccessHandle() {
    return {
      write: (bytes: Uint8Array<ArrayBuffer>, { at }: { at: number }) => this.writeSync(bytes, at),
      flush: () => {},
      close: () => {},
    };
  }

  async createWritable() {
    const swap = new FakeFile('swap');
    return {
      write: async ({ position, data }: { position: number; data: Uint8Array<ArrayBuffer> }) => {
        if (this.writeError !== undefined) throw this.writeError;
        swap.writeSync(data, position);
      },
      close: async () => {
        if (this.closeError !== undefined) throw this.closeError;
        this.bytes = swap.bytes;
      },
      abort: async () => {
        if (this.writeError !== undefined) throw new TypeError('the stream has failed');
      },
    };
  }

  async remove(): Promise<void> {
    this.isRemoved = true;
  }
}

class FakeDirectory {
  readonly entries = new Map<string, FakeFile | FakeDirectory>();
  onCreate: ((file: FakeFile) => void) | undefined;

  async getDirectoryHandle(name: string): Promise<FakeDirectory> {
    const found = this.entries.get(name) ?? new FakeDirectory();
    if (!(found instanceof FakeDirectory)) throw new DOMException(name, 'TypeMismatchError');
    found.onCreate ??= this.onCreate;
    this.entries.set(name, found);
    return found;
  }

  async getFileHandle(name: string): Promise<FakeFile> {
    const file = new FakeFile(name);
    this.onCreate?.(file);
    this.entries.set(name, file);
    return file;
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.entries.delete(name)) throw new DOMException(name, 'NotFoundError');
  }

  async *keys() {
    for (const name of this.entries.keys()) yield name;
  }

  paths(prefix = ''): string[] {
    return [...this.entries].flatMap(([name, entry]) =>
      entry instanceof FakeDirectory ? entry.paths(`${prefix}${name}/`) : [`${prefix}${name}`],
    );
  }
}

/** Locks that are held for as long as the test runs. */
class FakeLocks {
  readonly held = new Set<string>();

  async request(
    name: string,
    optionsOrCallback: object,
    callback?: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> {
    const run = (callback ?? optionsOrCallback) as (lock: object | null) => Promise<unknown>;
    if (this.held.has(name)) return run(null);
    this.held.add(name);
    const result = await run({ name });
    this.held.delete(name);
    return result;
  }
}

function setUp(context = 'tab-1', root = new FakeDirectory(), locks = new FakeLocks()) {
  const files = new ExportFiles({
    // The fakes have the few members that are used, and no others.
    root: async () => root as unknown as FileSystemDirectoryHandle,
    locks: locks as unknown as LockManager,
    context,
  });
  return { files, root, locks };
}

function chosen(file: FakeFile): FileSystemFileHandle {
  return file as unknown as FileSystemFileHandle;
}

function bytes(...values: number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(values);
}

describe('temporary files', () => {
  test('are written at their end and handed out on close', async () => {
    const { files, root } = setUp();
    const sink = await files.openTemporary('clip.zip');
    await sink.write(bytes(1, 2, 3));
    await sink.write(bytes(4));
    const { bytes: written, file } = await sink.close();
    expect(written).toBe(4);
    expect(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(
      bytes(1, 2, 3, 4),
    );
    expect(root.paths()).toEqual(['exports/tab-1/0-clip.zip']);
  });

  test('are gone after an abort', async () => {
    const { files, root } = setUp();
    const sink = await files.openTemporary('clip.zip');
    await sink.write(bytes(1));
    await sink.abort();
    expect(root.paths()).toEqual([]);
  });

  test.each<[string, WriteFile]>([
    [
      'an error',
      () => {
        throw new DOMException('no room', 'QuotaExceededError');
      },
    ],
    ['a short write', (written) => written.length - 1],
  ])('tell of a full disk by %s', async (_name, writeSync) => {
    const { files, root } = setUp();
    root.onCreate = (file) => {
      file.writeSync = writeSync;
    };
    const sink = await files.openTemporary('clip.zip');
    await expect(sink.write(bytes(1, 2))).rejects.toMatchObject({
      code: 'storage-full',
      hint: expect.stringContaining('Free disk space'),
    });
    await sink.abort();
    expect(root.paths()).toEqual([]);
  });

  test('are kept only while the next is written', async () => {
    const { files, root } = setUp();
    for (const name of ['a', 'b', 'c']) await (await files.openTemporary(name)).close();
    expect(root.paths()).toEqual(['exports/tab-1/1-b', 'exports/tab-1/2-c']);
  });

  test('of workers that are gone are removed by the next to start, those of live ones stay', async () => {
    const { files, root, locks } = setUp('gone');
    await (await files.openTemporary('old.zip')).close();
    locks.held.clear();
    const live = setUp('live', root, locks);
    await (await live.files.openTemporary('x.zip')).close();
    expect(root.paths()).toEqual(['exports/live/0-x.zip']);
    const next = setUp('next', root, locks);
    await (await next.files.openTemporary('y.zip')).close();
    expect(root.paths()).toEqual(['exports/live/0-x.zip', 'exports/next/0-y.zip']);
  });
});

test.each(['chosen', 'temporary'])(
  '%s files can be written over and beyond their end',
  async (kind) => {
    const { files } = setUp();
    const file = new FakeFile('x.mp4');
    const sink = await (kind === 'chosen'
      ? files.openChosen(chosen(file))
      : files.openTemporary('x'));
    await sink.write(bytes(1, 2, 3));
    await sink.writeAt(5, bytes(7, 8));
    await sink.writeAt(1, bytes(9));
    await sink.write(bytes(4));
    const closed = await sink.close();
    expect(closed.bytes).toBe(8);
    const written = closed.file ?? (await file.getFile());
    expect(new Uint8Array(await written.arrayBuffer())).toEqual(bytes(1, 9, 3, 0, 0, 7, 8, 4));
  },
);

describe('chosen files', () => {
  test('are replaced on close, and hold what they held until then', async () => {
    const file = new FakeFile('old.json');
    file.bytes = bytes(9, 9);
    const sink = await setUp().files.openChosen(chosen(file));
    await sink.write(bytes(1));
    expect(file.bytes).toEqual(bytes(9, 9));
    expect(await sink.close()).toEqual({ bytes: 1 });
    expect(file.bytes).toEqual(bytes(1));
  });

  test('an abort removes the empty file of the dialog, and never one that held something', async () => {
    for (const [content, isRemoved] of [
      [bytes(), true],
      [bytes(9), false],
    ] as const) {
      const file = new FakeFile('x.zip');
      file.bytes = content;
      const sink = await setUp().files.openChosen(chosen(file));
      await sink.write(bytes(1, 2));
      await sink.abort();
      expect([file.bytes, file.isRemoved]).toEqual([content, isRemoved]);
    }
  });

  test.each([
    ['QuotaExceededError', 'storage-full', 'no room left'],
    ['NotAllowedError', 'file-write-failed', 'cannot be written: denied'],
  ])('%s while writing or closing is %s', async (name, code, message) => {
    const file = new FakeFile('x.zip');
    const { files } = setUp();
    file.writeError = new DOMException('denied', name);
    const failing = await files.openChosen(chosen(file));
    await expect(failing.write(bytes(1))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    await failing.abort();
    expect(file.isRemoved).toBe(true);
    file.writeError = undefined;
    file.closeError = new DOMException('denied', name);
    const closing = await files.openChosen(chosen(file));
    await closing.write(bytes(1));
    await expect(closing.close()).rejects.toHaveProperty('code', code);
  });
});
