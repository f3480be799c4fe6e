import { Box, ChevronDown, FileInput, Film, FolderOpen, Play, Target } from 'lucide-react';
import { pickTruthFiles } from '../ground-truth/pick-truth.ts';
import { Button } from '../primitives/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../primitives/menu.tsx';
import { ACCEPT_CHECKPOINT, ACCEPT_IMPORT, pickClip, pickFiles } from '../primitives/pick-files.ts';
import { useActions, useSelected } from '../studio-context.tsx';

/** Everything that can be opened, loaded or imported. */
export function OpenMenu() {
  const { groundTruth, video } = useActions();
  const hasVideo = useSelected((state) => state.video.info !== undefined);
  const pick = (accept: string) =>
    pickFiles({ accept, onPick: (files) => void video.openFiles(files) });
  return (
    <Menu
      trigger={
        <Button look="ghost">
          Open
          <ChevronDown />
        </Button>
      }
    >
      <MenuItem
        icon={<Film />}
        detail="MP4, MOV, WebM, MKV, or a zip"
        onSelect={() => pickClip({ onPick: (files, handles) => video.openFiles(files, handles) })}
      >
        Video…
      </MenuItem>
      <MenuItem
        icon={<FolderOpen />}
        detail="JPG or PNG, sorted by number"
        onSelect={() =>
          pickFiles({ isFolder: true, onPick: (files) => void video.openFolder(files) })
        }
      >
        Folder of frames…
      </MenuItem>
      <MenuItem icon={<Play />} onSelect={() => void video.openSample()}>
        Sample clip
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<FileInput />}
        detail="An exported JSON or zip of PNGs"
        isDisabled={!hasVideo}
        onSelect={() => pick(ACCEPT_IMPORT)}
      >
        Import masks…
      </MenuItem>
      <MenuItem
        icon={<Target />}
        detail="VISOR JSON, or masks to score against"
        isDisabled={!hasVideo}
        onSelect={() => pickTruthFiles(groundTruth)}
      >
        Ground truth…
      </MenuItem>
      <MenuItem
        icon={<Box />}
        detail="A SAM 2 .pt or .safetensors"
        onSelect={() => pick(ACCEPT_CHECKPOINT)}
      >
        Model checkpoint…
      </MenuItem>
    </Menu>
  );
}
