import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { isRunning } from '../../store/propagation-state.ts';
import { isSlow, modelInUse } from '../../store/models-slice.ts';
import type { TrackingScope } from '../../store/plan-run.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { useSelected } from '../studio-context.tsx';
import { TrackActions } from './track-actions.tsx';
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
  const slowReason = useSelected(({ models }) => {
    const report = modelInUse(models);
    return report !== undefined && isSlow(report) ? report.device.reason : undefined;
  });
  return (
    <section className="track" aria-labelledby="track-heading">
      <div className="track-head">
        <h2 id="track-heading" className="panel-heading">
          Track
        </h2>
        <Segmented label="Which objects" value={scope} options={SCOPES} onChoose={setScope} />
      </div>
      {slowReason !== undefined && (
        <p className="track-note">
          <TriangleAlert />
          On the CPU (WASM) this model takes seconds a frame. {slowReason}
        </p>
      )}
      <div className="track-body">
        {isTracking ? (
          <TrackProgress />
        ) : (
          <>
            <TrackButtons scope={scope} />
            <TrackOutcome />
            <TrackActions />
          </>
        )}
      </div>
    </section>
  );
}
