import { Plus } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { Button } from '../primitives/button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ObjectRow } from './object-row.tsx';
import './objects.css';

/** The user's objects. */
export function ObjectsPanel() {
  const { tracklets } = useActions();
  const ids = useSelected(useShallow((state) => state.tracklets.items.map((item) => item.id)));
  const hasVideo = useSelected((state) => state.video.info !== undefined);
  return (
    <section className="objects" aria-labelledby="objects-heading">
      <div className="objects-head">
        <h2 id="objects-heading" className="visually-hidden">
          Objects
        </h2>
        <Tooltip label="New object" keys="N">
          <Button look="ghost" disabled={!hasVideo} onClick={() => tracklets.add()}>
            <Plus />
            New object
          </Button>
        </Tooltip>
      </div>
      {ids.length === 0 && (
        <p className="objects-empty">
          {hasVideo
            ? 'No objects. Click the frame to start one.'
            : 'Each thing you segment becomes an object here, with a name, a colour and its own lane in the timeline.'}
        </p>
      )}
      <ul className="objects-list">
        {ids.map((id) => (
          <ObjectRow key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}
