import { useEffect, useRef } from 'react';
import { invariant } from '../../core/assert.ts';
import type { Studio } from '../../store/studio-store.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { FilmstripView } from './filmstrip-view.ts';
import { LaneLabels } from './lane-labels.tsx';
import { listenToScrubbing } from './scrubbing.ts';
import { TimelineCorner } from './timeline-corner.tsx';
import { TimelineRange } from './timeline-range.tsx';
import { TimelineResizer } from './timeline-resizer.tsx';
import { TimelineRuler } from './timeline-ruler.tsx';
import { TimelineView, type TimelineElements } from './timeline-view.ts';
import { Transport } from './transport.tsx';
import { useFilmstripShown } from './use-filmstrip-shown.ts';
import './timeline.css';

/** Time from left to right, one lane for each object. */
export function Timeline() {
  const studio = useStudio();
  const heightPx = useSelected((state) => state.view.timelineHeightPx);
  const isFilmstripShown = useFilmstripShown();
  const scroller = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const stripCanvas = useRef<HTMLCanvasElement>(null);
  const rulerCanvas = useRef<HTMLCanvasElement>(null);
  const lanesCanvas = useRef<HTMLCanvasElement>(null);
  const playhead = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      startDrawing(studio, {
        scroller: present(scroller.current),
        ruler: present(ruler.current),
        strip: present(strip.current),
        stripCanvas: present(stripCanvas.current),
        rulerCanvas: present(rulerCanvas.current),
        lanesCanvas: present(lanesCanvas.current),
        playhead: present(playhead.current),
      }),
    [studio],
  );
  return (
    <section
      className="timeline"
      aria-label="Timeline"
      data-filmstrip={isFilmstripShown}
      style={{ height: heightPx }}
    >
      <TimelineResizer />
      <Transport />
      <div ref={scroller} className="tl-scroll">
        <TimelineCorner />
        <TimelineRuler ruler={ruler} canvas={rulerCanvas} />
        <div className="tl-strip-head">Pictures</div>
        <div ref={strip} className="tl-strip" aria-hidden="true">
          <canvas ref={stripCanvas} />
        </div>
        <LaneLabels />
        <div className="tl-track">
          <canvas ref={lanesCanvas} className="tl-lanes" aria-hidden="true" />
        </div>
        <TimelineRange />
        <div className="tl-overlay" aria-hidden="true">
          <div ref={playhead} className="tl-playhead" hidden />
        </div>
      </div>
    </section>
  );
}

/** Draws and listens outside React. @returns ends it */
function startDrawing(
  studio: Studio,
  elements: TimelineElements & { readonly stripCanvas: HTMLCanvasElement },
): () => void {
  const { ruler, strip, stripCanvas, lanesCanvas } = elements;
  const view = new TimelineView(studio, elements);
  const scale = () => view.scale;
  const filmstrip = new FilmstripView(studio, { strip, canvas: stripCanvas, scale });
  const stopScrubbing = listenToScrubbing({ surfaces: [ruler, strip, lanesCanvas], studio, view });
  return () => {
    stopScrubbing();
    filmstrip[Symbol.dispose]();
    view[Symbol.dispose]();
  };
}

function present<T>(element: T | null): T {
  invariant(element !== null, 'an element of the timeline is missing');
  return element;
}
