import { ArrowDown, ArrowLeftRight, ArrowUp, Combine, Split } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import type { ObjectId } from '../../core/ids.ts';
import { MenuItem, Submenu } from '../primitives/menu.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

interface Props {
  readonly id: ObjectId;
  readonly isLocked: boolean;
}

/** What an object and the others have to do with each other: whose masks are whose, and their order. */
export function ObjectMoves({ id, isLocked }: Props) {
  const { objects, tracklets } = useActions();
  const ids = useSelected(useShallow((state) => state.tracklets.items.map((item) => item.id)));
  const frame = useSelected((state) => state.playback.shownFrame);
  const others = ids.filter((other) => other !== id);
  const isAlone = others.length === 0;
  return (
    <>
      <Submenu label="Merge into" icon={<Combine />} isDisabled={isLocked || isAlone}>
        {others.map((other) => (
          <OtherObject key={other} id={other} onSelect={() => void objects.merge(id, other)} />
        ))}
      </Submenu>
      <Submenu
        label={`Swap from frame ${frame} on with`}
        icon={<ArrowLeftRight />}
        isDisabled={isLocked || isAlone}
      >
        {others.map((other) => (
          <OtherObject key={other} id={other} onSelect={() => void objects.swap(id, other)} />
        ))}
      </Submenu>
      <MenuItem icon={<Split />} isDisabled={isLocked} onSelect={() => void objects.splitOff(id)}>
        {`Split off from frame ${frame} on`}
      </MenuItem>
      <MenuItem
        icon={<ArrowUp />}
        keys="Alt ↑"
        isDisabled={ids[0] === id}
        onSelect={() => tracklets.moveBy(id, 'up')}
      >
        Move up
      </MenuItem>
      <MenuItem
        icon={<ArrowDown />}
        keys="Alt ↓"
        isDisabled={ids.at(-1) === id}
        onSelect={() => tracklets.moveBy(id, 'down')}
      >
        Move down
      </MenuItem>
    </>
  );
}

interface OtherProps {
  readonly id: ObjectId;
  readonly onSelect: () => void;
}

function OtherObject({ id, onSelect }: OtherProps) {
  const { name, color, isLocked } = useSelected(
    useShallow((state) => {
      const other = state.tracklets.items.find((item) => item.id === id);
      return { name: other?.name, color: other?.color, isLocked: other?.isLocked === true };
    }),
  );
  return (
    <MenuItem
      icon={<span className="object-swatch" style={{ background: color }} />}
      isDisabled={isLocked}
      onSelect={onSelect}
    >
      {name}
    </MenuItem>
  );
}
