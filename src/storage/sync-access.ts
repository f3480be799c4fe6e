import { invariant } from '../core/assert.ts';

/** `FileSystemSyncAccessHandle`, which is missing from the DOM library that pages compile with. */
export interface SyncAccess {
  /** @returns bytes read; fewer than asked for at the end of the file */
  read(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  /** @returns bytes written; fewer than given where the disk is full */
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
