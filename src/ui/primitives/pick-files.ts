interface PickOptions {
  /** As of `<input accept>`; any file when absent. */
  readonly accept?: string;
  /** Picks a folder and gives all files in it. */
  readonly isFolder?: boolean;
  readonly onPick: (files: readonly File[]) => void;
}

type OpenFilePicker = (options: {
  readonly multiple: boolean;
  readonly types: readonly { readonly accept: Readonly<Record<string, readonly string[]>> }[];
}) => Promise<readonly FileSystemFileHandle[]>;

interface PickClipOptions {
  /** Told of the files, and of their handles in the same order where the browser gives some. */
  readonly onPick: (
    files: readonly File[],
    handles: readonly FileSystemFileHandle[],
  ) => void | Promise<void>;
}

/**
 * Opens the browser's file dialog for a clip; where it can (Chromium), with handles by which the
 * clip can be opened again at another visit. Must be called in a user gesture.
 */
export function pickClip({ onPick }: PickClipOptions): void {
  const picker = openFilePicker();
  if (picker !== undefined) void pickWithHandles(picker, onPick);
  else pickFiles({ accept: ACCEPT_CLIP, onPick: (files) => void onPick(files, []) });
}

async function pickWithHandles(
  picker: OpenFilePicker,
  onPick: PickClipOptions['onPick'],
): Promise<void> {
  let handles: readonly FileSystemFileHandle[];
  try {
    handles = await picker({ multiple: true, types: [{ accept: CLIP_TYPES }] });
  } catch (error) {
    // The user thought better of it.
    if (error instanceof DOMException && error.name === 'AbortError') return;
    throw error;
  }
  await onPick(await Promise.all(handles.map((handle) => handle.getFile())), handles);
}

function openFilePicker(): OpenFilePicker | undefined {
  const candidate: unknown = Reflect.get(globalThis, 'showOpenFilePicker');
  // `showOpenFilePicker` is missing from TypeScript's DOM library.
  return typeof candidate === 'function'
    ? (options) => (candidate as OpenFilePicker)(options)
    : undefined;
}

/** Opens the browser's file dialog. Must be called in a user gesture. */
export function pickFiles({ accept = '', isFolder = false, onPick }: PickOptions): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.multiple = true;
  input.webkitdirectory = isFolder;
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) onPick(files);
  });
  input.click();
}

const CLIP_TYPES = {
  'video/*': ['.mp4', '.m4v', '.mov', '.mkv', '.webm'],
  'application/zip': ['.zip'],
  'image/*': ['.jpg', '.jpeg', '.png'],
} as const;
/** Clips, and frames in a zip or one by one. */
export const ACCEPT_CLIP = 'video/*,.mkv,.mov,.mp4,.webm,.zip,.jpg,.jpeg,.png';
/** Model files. */
export const ACCEPT_CHECKPOINT = '.pt,.pth,.safetensors';
/** What the studio itself exports. */
export const ACCEPT_IMPORT = '.json,.zip';
