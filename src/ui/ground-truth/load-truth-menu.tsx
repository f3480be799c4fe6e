import { ChevronDown, FileJson, FolderOpen } from 'lucide-react';
import { Button } from '../primitives/button.tsx';
import { Menu, MenuItem } from '../primitives/menu.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { pickTruthFiles, pickTruthFolder } from './pick-truth.ts';

/** Loads a ground truth from files or from a folder. */
export function LoadTruthMenu() {
  const { groundTruth } = useActions();
  const hasVideo = useSelected((state) => state.video.info !== undefined);
  return (
    <Menu
      trigger={
        <Button look="primary" disabled={!hasVideo}>
          Load ground truth…
          <ChevronDown />
        </Button>
      }
    >
      <MenuItem
        icon={<FileJson />}
        detail="JSON, zip or PNG"
        onSelect={() => pickTruthFiles(groundTruth)}
      >
        Files…
      </MenuItem>
      <MenuItem
        icon={<FolderOpen />}
        detail="Of masks, one or many sequences"
        onSelect={() => pickTruthFolder(groundTruth)}
      >
        Folder…
      </MenuItem>
    </Menu>
  );
}
