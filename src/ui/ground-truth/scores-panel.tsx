import { useSelected } from '../studio-context.tsx';
import { CompareControl } from './compare-control.tsx';
import { RunProtocol } from './run-protocol.tsx';
import { ScoreCharts } from './score-charts.tsx';
import { ScoreSummary } from './score-summary.tsx';
import { ScoreTools } from './score-tools.tsx';
import { TruthEmpty } from './truth-empty.tsx';
import { TruthHead } from './truth-head.tsx';
import { TruthLoading } from './truth-loading.tsx';
import { TruthTable } from './truth-table.tsx';
import './ground-truth.css';
import './scores-panel.css';

/** The ground truth: how it lies on the clip, the scores against it, and how it is shown. */
export function ScoresPanel() {
  const truth = useSelected((state) => state.groundTruth.truth);
  const isLoading = useSelected((state) => state.groundTruth.loading !== undefined);
  const hasSequence = useSelected((state) => state.groundTruth.sequence !== undefined);
  if (truth === undefined) {
    return (
      <div className="gt-scroll">
        {isLoading ? (
          <section className="gt-section" aria-label="Ground truth">
            <TruthLoading />
          </section>
        ) : (
          <TruthEmpty />
        )}
      </div>
    );
  }
  if (!hasSequence) {
    return (
      <div className="gt-scroll">
        <TruthHead truth={truth} />
      </div>
    );
  }
  return (
    <>
      <div className="gt-scroll">
        <TruthHead truth={truth} />
        <RunProtocol />
        <ScoreSummary />
        <TruthTable />
        <ScoreCharts />
        <ScoreTools />
      </div>
      <CompareControl />
    </>
  );
}
