import { useShallow } from 'zustand/react/shallow';
import type { ObjectId } from '../../core/ids.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { laneSummary } from './lane-text.ts';

/** The objects' names beside their lanes; each says in words what its lane shows. */
export function LaneLabels() {
  const ids = useSelected(useShallow((state) => state.tracklets.items.map((item) => item.id)));
  return (
    <ul className="tl-labels" aria-label="Lanes">
      {ids.map((id) => (
        <LaneLabel key={id} id={id} />
      ))}
    </ul>
  );
}

function LaneLabel({ id }: { readonly id: ObjectId }) {
  const { tracklets } = useActions();
  const name = useSelected((state) => findTracklet(state.tracklets, id)?.name ?? '');
  const color = useSelected((state) => findTracklet(state.tracklets, id)?.color ?? '');
  const isSelected = useSelected((state) => state.tracklets.selectedId === id);
  const isWaiting = useSelected(
    (state) => findTracklet(state.tracklets, id)?.needsTracking ?? false,
  );
  const summary = useSelected((state) => laneSummary(state, id));
  return (
    <li className="tl-label" data-selected={isSelected}>
      <button
        type="button"
        aria-pressed={isSelected}
        aria-label={`${name}: ${summary}`}
        title={summary}
        onClick={() => tracklets.select(id)}
      >
        <span className="swatch" style={{ background: color }} />
        <span className="truncate">{name}</span>
        {isWaiting && <span className="tl-waiting" />}
      </button>
    </li>
  );
}
