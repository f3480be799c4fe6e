import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { ObjectId } from '../../core/ids.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ColorPopover } from './color-popover.tsx';
import { ObjectMenu } from './object-menu.tsx';
import { ObjectName } from './object-name.tsx';
import { rowOf } from './object-text.ts';

interface Props {
  readonly id: ObjectId;
}

/** One object: select it, name it, colour it, hide it, remove it. */
export function ObjectRow({ id }: Props) {
  const { tracklets } = useActions();
  const row = useSelected(useShallow((state) => rowOf(state, id)));
  const [isNaming, setNaming] = useState(false);
  return (
    <li className="object" data-selected={row.isSelected} data-hidden={!row.isVisible}>
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
          onKeyDown={(event) => event.key === 'F2' && setNaming(true)}
        >
          <span className="object-name truncate">{row.name}</span>
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
