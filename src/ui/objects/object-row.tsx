import { Eye, EyeOff, Lock } from 'lucide-react';
import { useRef, type KeyboardEvent, type Ref } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { ObjectId } from '../../core/ids.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ColorPopover } from './color-popover.tsx';
import { ObjectMenu } from './object-menu.tsx';
import { ObjectName } from './object-name.tsx';
import { isEdited, rowOf } from './object-text.ts';
import { useObjectDrag } from './use-object-drag.ts';

interface Props {
  readonly id: ObjectId;
}

/** One object: select it, name it, colour it, hide it, move it, remove it. */
export function ObjectRow({ id }: Props) {
  const { tracklets, view } = useActions();
  const row = useSelected(useShallow((state) => rowOf(state, id)));
  const isNaming = useSelected((state) => isEdited(state, id, 'name'));
  const title = useRef<HTMLButtonElement>(null);
  const startNaming = () => view.editObject({ objectId: id, part: 'name' });
  const endNaming = (isByKey: boolean) => {
    view.endObjectEdit();
    // The field is there until React has taken it away.
    if (isByKey) setTimeout(() => title.current?.focus());
  };
  return (
    <li
      className="object"
      data-selected={row.isSelected}
      data-hidden={!row.isVisible}
      {...useObjectDrag(id, isNaming)}
    >
      <ColorPopover id={id} name={row.name} color={row.color} />
      {isNaming ? (
        <ObjectName id={id} name={row.name} onDone={endNaming} />
      ) : (
        <RowTitle ref={title} id={id} onRename={startNaming} />
      )}
      <IconButton
        size="small"
        label={row.isVisible ? `Hide ${row.name}` : `Show ${row.name}`}
        side="left"
        onClick={() => tracklets.toggleVisibility(id)}
      >
        {row.isVisible ? <Eye /> : <EyeOff />}
      </IconButton>
      <ObjectMenu id={id} name={row.name} onRename={startNaming} />
    </li>
  );
}

interface TitleProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly id: ObjectId;
  readonly onRename: () => void;
}

/** Its name and where it stands; selects it. */
function RowTitle({ ref, id, onRename }: TitleProps) {
  const { tracklets } = useActions();
  const row = useSelected(useShallow((state) => rowOf(state, id)));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'F2') onRename();
    else if (event.altKey && event.key === 'ArrowUp') tracklets.moveBy(id, 'up');
    else if (event.altKey && event.key === 'ArrowDown') tracklets.moveBy(id, 'down');
    else return;
    event.preventDefault();
  };
  return (
    <button
      ref={ref}
      type="button"
      className="object-select"
      aria-pressed={row.isSelected}
      onClick={() => tracklets.select(id)}
      onDoubleClick={onRename}
      onKeyDown={onKeyDown}
    >
      <span className="object-title">
        <span className="object-name truncate">{row.name}</span>
        {row.isLocked && <Lock className="object-lock" aria-label="Locked" />}
      </span>
      <span className="object-status numbers truncate" title={row.coverageTitle}>
        {row.needsTracking && <span className="object-waiting" title="Needs tracking" />}
        <span data-absent={row.isAbsent}>{row.status}</span>
        {row.coverage}
        {row.needsTracking && <span className="visually-hidden">, needs tracking</span>}
      </span>
    </button>
  );
}
