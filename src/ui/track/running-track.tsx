import { isRunning } from '../../store/propagation-state.ts';
import { useSelected } from '../studio-context.tsx';
import { TrackProgress } from './track-progress.tsx';
import './track.css';

/** The running propagation, under the panels that do not show it themselves. */
export function RunningTrack() {
  const isShown = useSelected(
    ({ propagation, view }) => isRunning(propagation) && view.panelTab !== 'objects',
  );
  if (!isShown) return null;
  return (
    <section className="track track-running" aria-label="Tracking">
      <TrackProgress />
    </section>
  );
}
