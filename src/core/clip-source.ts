/** Where a clip can be had again without asking the user for it. */
export type ClipSource =
  /** The clip that comes with the studio. */
  | { readonly kind: 'sample' }
  /** Of a file, or of a folder of frames. */
  | { readonly kind: 'handle'; readonly handle: FileSystemFileHandle | FileSystemDirectoryHandle };
