import {
  Eraser,
  FileImage,
  Focus,
  Lock,
  LockOpen,
  MoreHorizontal,
  Pencil,
  Route,
  Trash2,
} from 'lucide-react';
import { useRef } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { ObjectId } from '../../core/ids.ts';
import { findTracklet, isShownAlone } from '../../store/tracklets-slice.ts';
import { Menu, MenuItem, MenuSeparator } from '../primitives/menu.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ObjectMoves } from './object-moves.tsx';
import { pickMaskFile } from './pick-mask-file.ts';

interface Props {
  readonly id: ObjectId;
  readonly name: string;
  readonly onRename: () => void;
}

/** What is done to an object less often. */
export function ObjectMenu({ id, name, onRename }: Props) {
  const { tracklets } = useActions();
  const { isLocked, isAlone } = useSelected(
    useShallow((state) => ({
      isLocked: findTracklet(state.tracklets, id)?.isLocked === true,
      isAlone: isShownAlone(state.tracklets, id),
    })),
  );
  // The menu gives the focus back to its button; the field may take it only after that.
  const isToBeNamed = useRef(false);
  const askForName = () => {
    isToBeNamed.current = true;
  };
  const nameIfAsked = () => {
    if (isToBeNamed.current) onRename();
    isToBeNamed.current = false;
  };
  return (
    <Menu
      align="end"
      onClosed={nameIfAsked}
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
      <MenuItem icon={<Pencil />} keys="F2" onSelect={askForName}>
        Rename
      </MenuItem>
      <MenuItem icon={<Focus />} keys="Shift V" onSelect={() => tracklets.toggleSolo(id)}>
        {isAlone ? 'Show all again' : 'Show only this'}
      </MenuItem>
      <MenuItem
        icon={isLocked ? <LockOpen /> : <Lock />}
        keys="Shift L"
        onSelect={() => tracklets.toggleLock(id)}
      >
        {isLocked ? 'Unlock' : 'Lock'}
      </MenuItem>
      <MenuSeparator />
      <ObjectPrompts id={id} isLocked={isLocked} />
      <MenuSeparator />
      <ObjectMoves id={id} isLocked={isLocked} />
      <MenuSeparator />
      <MenuItem
        icon={<Trash2 />}
        isDanger
        isDisabled={isLocked}
        onSelect={() => tracklets.remove(id)}
      >
        Remove
      </MenuItem>
    </Menu>
  );
}

interface PromptProps {
  readonly id: ObjectId;
  readonly isLocked: boolean;
}

/** What gives the object masks, or takes them. */
function ObjectPrompts({ id, isLocked }: PromptProps) {
  const { maskFile, propagation, prompts, tracklets } = useActions();
  const select = (then: () => void) => () => {
    tracklets.select(id);
    then();
  };
  return (
    <>
      <MenuItem
        icon={<Route />}
        isDisabled={isLocked}
        onSelect={select(() => void propagation.track('forward', 'selected'))}
      >
        Track only this object
      </MenuItem>
      <MenuItem
        icon={<FileImage />}
        detail="A PNG, for the frame that is shown"
        isDisabled={isLocked}
        onSelect={select(() => pickMaskFile(maskFile))}
      >
        Use a mask file as prompt…
      </MenuItem>
      <MenuItem
        icon={<Eraser />}
        isDisabled={isLocked}
        onSelect={select(() => prompts.clearFrame())}
      >
        Clear its prompts on this frame
      </MenuItem>
    </>
  );
}
