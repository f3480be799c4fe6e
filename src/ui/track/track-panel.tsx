import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { isRunning } from '../../store/propagation-state.ts';
import { modelInUse } from '../../store/models-slice.ts';
import type { TrackingScope } from '../../store/propagation-actions.ts';
import { trackingObstacle } from '../../store/tracking-obstacle.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { useSelected } from '../studio-context.tsx';
import { TrackButtons } from './track-buttons.tsx';
import { TrackOutcome } from './track-outcome.tsx';
import { TrackProgress } from './track-progress.tsx';
import './track.css';

const SCOPES = [
  { value: 'all', label: 'All objects' },
  { value: 'selected', label: 'Selected' },
] as const;

/** Carries the masks through the clip. */
export function TrackPanel() {
  const [scope, setScope] = useState<TrackingScope>('all');
  const isTracking = useSelected((state) => isRunning(state.propagation));
  const obstacle = useSelected(trackingObstacle);
  const isSlow = useSelected((state) => modelInUse(state.models)?.device.backend === 'wasm');
  return (
    <section className="track" aria-labelledby="track-heading">
      <div className="track-head">
        <h2 id="track-heading" className="panel-heading">
          Track
        </h2>
        <Segmented label="Which objects" value={scope} options={SCOPES} onChoose={setScope} />
      </div>
      {isSlow && (
        <p className="track-note">
          <TriangleAlert />
          On the CPU (WASM), tracking is slow: often seconds a frame. The model line above says why.
        </p>
      )}
      <div className="track-body">
        {isTracking ? (
          <TrackProgress />
        ) : (
          <>
            <TrackButtons obstacle={obstacle} scope={scope} />
            <TrackOutcome obstacle={obstacle} />
          </>
        )}
      </div>
    </section>
  );
}
