import { useShallow } from 'zustand/react/shallow';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { useSelected } from '../studio-context.tsx';
import { progressText } from './track-text.ts';
import './track.css';

/** How far the running propagation is, how fast, and how long it will still take. */
export function TrackFigures() {
  const { title, detail, fraction } = useSelected(useShallow(progressText));
  return (
    <div className="track-running">
      <ProgressBar label="Tracking" fraction={fraction} />
      <p className="track-figures numbers">
        <span>{title}</span>
        <span>{detail}</span>
      </p>
    </div>
  );
}
