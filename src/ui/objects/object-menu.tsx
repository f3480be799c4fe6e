import { Eraser, FileImage, MoreHorizontal, Pencil, Route, Trash2 } from 'lucide-react';
import type { ObjectId } from '../../core/ids.ts';
import { Menu, MenuItem, MenuSeparator } from '../primitives/menu.tsx';
import { useActions } from '../studio-context.tsx';
import { pickMaskFile } from './pick-mask-file.ts';

interface Props {
  readonly id: ObjectId;
  readonly name: string;
  readonly onRename: () => void;
}

/** What is done to an object less often. */
export function ObjectMenu({ id, name, onRename }: Props) {
  const { maskFile, propagation, prompts, tracklets } = useActions();
  const select = (then: () => void) => () => {
    tracklets.select(id);
    then();
  };
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          className="icon-button icon-button-small"
          aria-label={`More for ${name}`}
        >
          <MoreHorizontal />
        </button>
      }
    >
      {/* The menu gives the focus back to its button; the field may take it only after that. */}
      <MenuItem icon={<Pencil />} keys="F2" onSelect={() => setTimeout(onRename)}>
        Rename
      </MenuItem>
      <MenuItem
        icon={<Route />}
        onSelect={select(() => void propagation.track('forward', 'selected'))}
      >
        Track only this object
      </MenuItem>
      <MenuItem
        icon={<FileImage />}
        detail="A PNG, for the frame that is shown"
        onSelect={select(() => pickMaskFile(maskFile))}
      >
        Use a mask file as prompt…
      </MenuItem>
      <MenuItem icon={<Eraser />} onSelect={select(() => prompts.clearFrame())}>
        Clear its prompts on this frame
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash2 />} isDanger onSelect={() => tracklets.remove(id)}>
        Remove
      </MenuItem>
    </Menu>
  );
}
