import { FilmstripToggle } from './filmstrip-toggle.tsx';
import { JumpButtons } from './jump-buttons.tsx';
import { RangeButtons } from './range-buttons.tsx';
import { TimeReadout } from './time-readout.tsx';
import { TimelineZoom } from './timeline-zoom.tsx';
import { TransportButtons } from './transport-buttons.tsx';
import { TransportOptions } from './transport-options.tsx';

/** The row above the timeline. */
export function Transport() {
  return (
    <div className="transport" role="group" aria-label="Playback">
      <TimeReadout />
      <TransportButtons />
      <div className="transport-end">
        <JumpButtons />
        <RangeButtons />
        <TransportOptions />
        <FilmstripToggle />
        <TimelineZoom />
      </div>
    </div>
  );
}
