import { useLoaded } from '../primitives/use-loaded.ts';
import { useSelected } from '../studio-context.tsx';
import { WorstFrames } from '../scores/worst-frames.tsx';

const loadCurves = () => import('../scores/score-curves.tsx');

/** How the scores run over the clip, and where to correct first. */
export function ScoreCharts() {
  const hasReport = useSelected((state) => state.groundTruth.report !== undefined);
  // The charts come with the first scores; the page is there sooner without them.
  const loaded = useLoaded(loadCurves);
  if (!hasReport) return null;
  return (
    <>
      <section className="gt-section" aria-labelledby="gt-curves">
        <h2 id="gt-curves" className="panel-heading">
          Over time
        </h2>
        {loaded === undefined ? <div className="gt-curves-place" /> : <loaded.ScoreCurves />}
      </section>
      <section className="gt-section" aria-labelledby="gt-worst">
        <h2 id="gt-worst" className="panel-heading">
          Correct these first
        </h2>
        <WorstFrames />
      </section>
    </>
  );
}
