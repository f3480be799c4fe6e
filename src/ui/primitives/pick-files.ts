interface PickOptions {
  /** As of `<input accept>`; any file when absent. */
  readonly accept?: string;
  /** Picks a folder and gives all files in it. */
  readonly isFolder?: boolean;
  readonly onPick: (files: readonly File[]) => void;
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

/** Clips, and frames in a zip or one by one. */
export const ACCEPT_CLIP = 'video/*,.mkv,.mov,.mp4,.webm,.zip,.jpg,.jpeg,.png';
/** Model files. */
export const ACCEPT_CHECKPOINT = '.pt,.pth,.safetensors';
/** What the studio itself exports. */
export const ACCEPT_IMPORT = '.json,.zip';
