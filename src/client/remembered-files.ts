import { StudioError } from '../core/errors.ts';
import { chosenFile, type ChosenFile, type ChosenFiles } from './dropped-files.ts';

type Handle = FileSystemFileHandle | FileSystemDirectoryHandle;

/** What TypeScript's DOM library leaves out of handles; Chromium has it. */
interface Permitting {
  queryPermission?(options: { readonly mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { readonly mode: 'read' }): Promise<PermissionState>;
}

/**
 * The files of a handle that was kept from an earlier visit; folders are read through. Must be
 * called in a user gesture, in which the browser may ask whether the page may read them.
 * @throws StudioError `file-invalid` when the user says no, or nothing is there any more
 */
export async function rememberedFiles(handle: Handle): Promise<ChosenFiles> {
  try {
    if (!(await isPermitted(handle))) throw refused(handle.name);
    const source = { kind: 'handle', handle } as const;
    if (handle.kind === 'file') {
      const file = await handle.getFile();
      return { files: [chosenFile(file, file.name, source)] };
    }
    const files: ChosenFile[] = [];
    for await (const { file, path } of filesUnder(handle, handle.name)) {
      files.push(chosenFile(file, path, source));
    }
    return { files, folderName: handle.name };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw error.name === 'NotAllowedError' ? refused(handle.name) : gone(handle.name, error);
  }
}

async function isPermitted(handle: Handle & Permitting): Promise<boolean> {
  const options = { mode: 'read' } as const;
  // Only Chromium keeps files of the user's own, and asks for them.
  const state = (await handle.queryPermission?.(options)) ?? 'granted';
  if (state !== 'prompt') return state === 'granted';
  return (await handle.requestPermission?.(options)) === 'granted';
}

async function* filesUnder(
  folder: FileSystemDirectoryHandle,
  path: string,
): AsyncGenerator<{ readonly file: File; readonly path: string }> {
  for await (const child of folder.values()) {
    const childPath = `${path}/${child.name}`;
    if (isFile(child)) yield { file: await child.getFile(), path: childPath };
    else if (isFolder(child)) yield* filesUnder(child, childPath);
  }
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}

function isFolder(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === 'directory';
}

function refused(name: string): StudioError {
  return new StudioError('file-invalid', `The studio may not read “${name}”.`, {
    hint: 'Continue again and allow it, or choose the clip yourself.',
  });
}

function gone(name: string, cause: unknown): StudioError {
  return new StudioError('file-invalid', `“${name}” is not where it was.`, {
    cause,
    hint: 'Continue again and choose the clip: your work on it is kept.',
  });
}
