import { FileJson, FolderOpen, ListChecks, MoreHorizontal, Trash2 } from 'lucide-react';
import { Menu, MenuItem, MenuSeparator } from '../primitives/menu.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { pickTruthFiles, pickTruthFolder } from './pick-truth.ts';

/** What is done with the whole of a ground truth. */
export function TruthMenu() {
  const { groundTruth, view } = useActions();
  const isBusy = useSelected(
    (state) => state.groundTruth.loading !== undefined || state.groundTruth.run !== undefined,
  );
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          className="icon-button icon-button-small"
          aria-label="More for the ground truth"
        >
          <MoreHorizontal />
        </button>
      }
    >
      <MenuItem icon={<ListChecks />} onSelect={() => view.openDialog({ kind: 'frame-match' })}>
        How it lies on the clip…
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<FileJson />}
        isDisabled={isBusy}
        onSelect={() => pickTruthFiles(groundTruth)}
      >
        Load other files…
      </MenuItem>
      <MenuItem
        icon={<FolderOpen />}
        isDisabled={isBusy}
        onSelect={() => pickTruthFolder(groundTruth)}
      >
        Load another folder…
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<Trash2 />}
        isDanger
        isDisabled={isBusy}
        detail="Your masks stay"
        onSelect={() => void groundTruth.close()}
      >
        Remove
      </MenuItem>
    </Menu>
  );
}
