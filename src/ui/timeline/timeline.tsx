import { useEffect, useRef } from 'react';
import { invariant } from '../../core/assert.ts';
import { useActions, useSelected, useStudio } from '../studio-context.tsx';
import { LaneLabels } from './lane-labels.tsx';
import { listenToScrubbing } from './scrubbing.ts';
import { TimelineCorner } from './timeline-corner.tsx';
import { TimelineResizer } from './timeline-resizer.tsx';
import { TimelineView } from './timeline-view.ts';
import { Transport } from './transport.tsx';
import './timeline.css';

/** Time from left to right, one lane for each object. */
export function Timeline() {
  const studio = useStudio();
  const { playback } = useActions();
  const lastFrame = useSelected((state) => Math.max((state.video.info?.frameCount ?? 1) - 1, 0));
  const heightPx = useSelected((state) => state.view.timelineHeightPx);
  const scroller = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const rulerCanvas = useRef<HTMLCanvasElement>(null);
  const lanesCanvas = useRef<HTMLCanvasElement>(null);
  const playhead = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const elements = {
      scroller: present(scroller.current),
      ruler: present(ruler.current),
      rulerCanvas: present(rulerCanvas.current),
      lanesCanvas: present(lanesCanvas.current),
      playhead: present(playhead.current),
    };
    const view = new TimelineView(studio, elements);
    const surfaces = [elements.ruler, elements.lanesCanvas];
    const stopScrubbing = listenToScrubbing({ surfaces, studio, view });
    return () => {
      stopScrubbing();
      view[Symbol.dispose]();
    };
  }, [studio]);
  return (
    <section className="timeline" aria-label="Timeline" style={{ height: heightPx }}>
      <TimelineResizer />
      <Transport />
      <div ref={scroller} className="tl-scroll">
        <TimelineCorner />
        <div
          ref={ruler}
          className="tl-ruler"
          role="slider"
          tabIndex={0}
          aria-label="Playhead"
          aria-valuemin={0}
          aria-valuemax={lastFrame}
          aria-valuenow={0}
          onKeyDown={(event) => {
            if (event.key === 'PageUp') playback.stepBy(10);
            if (event.key === 'PageDown') playback.stepBy(-10);
          }}
        >
          <canvas ref={rulerCanvas} aria-hidden="true" />
        </div>
        <LaneLabels />
        <div className="tl-track">
          <canvas ref={lanesCanvas} className="tl-lanes" aria-hidden="true" />
        </div>
        <div className="tl-overlay" aria-hidden="true">
          <div ref={playhead} className="tl-playhead" hidden />
        </div>
      </div>
    </section>
  );
}

function present<T>(element: T | null): T {
  invariant(element !== null, 'an element of the timeline is missing');
  return element;
}
