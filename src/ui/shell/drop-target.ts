interface DropTargetOptions {
  readonly onHover: (isOver: boolean) => void;
  readonly onDrop: (items: DataTransferItemList) => void;
}

/** Takes files dropped anywhere on the window. @returns ends it */
export function listenToDrops({ onHover, onDrop }: DropTargetOptions): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  // Enter and leave come for every element on the way; only their balance says whether the
  // pointer is over the window.
  let depth = 0;
  const change = (by: number) => {
    depth = Math.max(depth + by, 0);
    onHover(depth > 0);
  };
  const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  window.addEventListener('dragenter', (event) => isFiles(event) && change(1), { signal });
  window.addEventListener('dragleave', (event) => isFiles(event) && change(-1), { signal });
  window.addEventListener('dragover', (event) => isFiles(event) && event.preventDefault(), {
    signal,
  });
  window.addEventListener(
    'drop',
    (event) => {
      if (!isFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      depth = 0;
      onHover(false);
      onDrop(event.dataTransfer.items);
    },
    { signal },
  );
  return () => abort.abort();
}
