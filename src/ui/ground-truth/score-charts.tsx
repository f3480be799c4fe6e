import { lazy, Suspense } from 'react';
import { useSelected } from '../studio-context.tsx';
import { WorstFrames } from '../scores/worst-frames.tsx';

// The plotting code comes with the first scores; the page is there sooner without it.
const ScoreCurves = lazy(async () => {
  const { ScoreCurves } = await import('../scores/score-curves.tsx');
  return { default: ScoreCurves };
});

/** How the scores run over the clip, and where to correct first. */
export function ScoreCharts() {
  const hasReport = useSelected((state) => state.groundTruth.report !== undefined);
  if (!hasReport) return null;
  return (
    <>
      <section className="gt-section" aria-labelledby="gt-curves">
        <h2 id="gt-curves" className="panel-heading">
          Over time
        </h2>
        <Suspense fallback={<div className="gt-curves-place" />}>
          <ScoreCurves />
        </Suspense>
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
