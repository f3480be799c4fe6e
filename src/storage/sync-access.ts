import { invariant } from '../core/assert.ts';

/** `FileSystemSyncAccessHandle`, which is missing from the DOM library that pages compile with. */
export interface SyncAccess {
  /** @returns bytes read; `readWhole` checks it */
  read(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  /** @returns bytes written; `writeWhole` checks it */
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  truncate(sizeBytes: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

/**
 * Opens a file of the origin's private file system for itself alone, in a worker.
 * @throws DOMException `NoModificationAllowedError` while another has it open
 */
export async function openSyncAccess(handle: FileSystemFileHandle): Promise<SyncAccess> {
  invariant('createSyncAccessHandle' in handle, 'a file is opened for sync access in a worker');
  // The DOM library does not know the method; in a worker it gives a `FileSystemSyncAccessHandle`.
  const opener = handle as unknown as { createSyncAccessHandle(): Promise<SyncAccess> };
  return opener.createSyncAccessHandle();
}

/**
 * Writes all of `bytes` or fails. A full disk shows as an error, as fewer bytes written, or, in
 * Chromium, as a negative error code taken for an unsigned number of 32 bits.
 * @throws DOMException `QuotaExceededError`, and what the file throws
 */
export function writeWhole(file: SyncAccess, bytes: Uint8Array<ArrayBuffer>, at: number): void {
  if (file.write(bytes, { at }) === bytes.length) return;
  throw new DOMException('The disk has not taken all that was written.', 'QuotaExceededError');
}

/**
 * Reads bytes that the file has, all of them or fails: nothing else must be taken for a damaged file.
 * @throws DOMException `NotReadableError`, and what the file throws
 */
export function readWhole(file: SyncAccess, at: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  if (length === 0 || file.read(bytes, { at }) === length) return bytes;
  throw new DOMException('The disk has not given all that was asked for.', 'NotReadableError');
}
