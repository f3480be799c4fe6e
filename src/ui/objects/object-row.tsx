import { Eye, EyeOff, Lock } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { ObjectId } from '../../core/ids.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ColorPopover } from './color-popover.tsx';
import { ObjectMenu } from './object-menu.tsx';
import { ObjectName } from './object-name.tsx';
import { rowOf } from './object-text.ts';
import { useObjectDrag } from './use-object-drag.ts';

interface Props {
  readonly id: ObjectId;
}

/** One object: select it, name it, colour it, hide it, move it, remove it. */
export function ObjectRow({ id }: Props) {
  const { tracklets } = useActions();
  const row = useSelected(useShallow((state) => rowOf(state, id)));
  const [isNaming, setNaming] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'F2') setNaming(true);
    else if (event.altKey && event.key === 'ArrowUp') tracklets.moveBy(id, 'up');
    else if (event.altKey && event.key === 'ArrowDown') tracklets.moveBy(id, 'down');
    else return;
    event.preventDefault();
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
        <ObjectName id={id} name={row.name} onDone={() => setNaming(false)} />
      ) : (
        <button
          type="button"
          className="object-select"
          aria-pressed={row.isSelected}
          onClick={() => tracklets.select(id)}
          onDoubleClick={() => setNaming(true)}
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
      )}
      <IconButton
        size="small"
        label={row.isVisible ? `Hide ${row.name}` : `Show ${row.name}`}
        side="left"
        onClick={() => tracklets.toggleVisibility(id)}
      >
        {row.isVisible ? <Eye /> : <EyeOff />}
      </IconButton>
      <ObjectMenu id={id} name={row.name} onRename={() => setNaming(true)} />
    </li>
  );
}
