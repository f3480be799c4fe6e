import type { ExportedFile, ExportFiles, ExportSink } from '../../src/storage/export-target.ts';

/** `ExportFiles` in memory: what was written, how, and what became of it. */
export class MemoryExportFiles implements Pick<ExportFiles, 'openChosen' | 'openTemporary'> {
  readonly sinks: MemorySink[] = [];
  /** Thrown by the write that passes this many bytes. */
  failure: { readonly afterBytes: number; readonly error: Error } | undefined;
  /** Awaited in each write. */
  onWrite: (() => Promise<void>) | undefined;
  /** False where only the number of bytes matters. */
  keepsBytes = true;

  async openChosen(): Promise<ExportSink> {
    return this.#open('chosen');
  }

  async openTemporary(name: string): Promise<ExportSink> {
    return this.#open(name);
  }

  #open(name: string): MemorySink {
    const sink = new MemorySink(name, this);
    this.sinks.push(sink);
    return sink;
  }
}

class MemorySink implements ExportSink {
  readonly name: string;
  readonly #files: MemoryExportFiles;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  readonly writeBytes: number[] = [];
  bytes = 0;
  state: 'open' | 'closed' | 'aborted' = 'open';

  constructor(name: string, files: MemoryExportFiles) {
    this.name = name;
    this.#files = files;
  }

  async write(block: Uint8Array<ArrayBuffer>): Promise<void> {
    const { failure, keepsBytes } = this.#files;
    if (failure !== undefined && this.bytes + block.length > failure.afterBytes)
      throw failure.error;
    await this.#files.onWrite?.();
    this.bytes += block.length;
    this.writeBytes.push(block.length);
    if (keepsBytes) this.#parts.push(block.slice());
  }

  async writeAt(): Promise<void> {
    throw new Error('Files of masks are written from start to end');
  }

  async close(): Promise<ExportedFile> {
    this.state = 'closed';
    return { bytes: this.bytes, file: new File(this.#parts, this.name) };
  }

  async abort(): Promise<void> {
    this.state = 'aborted';
  }
}
