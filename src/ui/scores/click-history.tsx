import { useMemo } from 'react';
import { formatCounted, formatScore } from '../../store/format.ts';
import type { ScoreMoment, SequenceScoring } from '../../store/ground-truth-slice.ts';
import { useSelected } from '../studio-context.tsx';
import { ChartFrame } from './chart-frame.tsx';
import { PlotCanvas } from './plot-canvas.tsx';
import type { PlotContent } from './plot-content.ts';
import { scoreColumn } from './score-columns.ts';
import type { Column } from './table-model.ts';

const NO_HISTORY: SequenceScoring['history'] = [];
const COLUMNS: readonly Column<ScoreMoment>[] = [
  { key: 'clicks', title: 'Clicks', kind: 'number', value: ({ clicks }) => clicks },
  scoreColumn('mean', 'J&F', { value: ({ mean }) => mean }),
];

/** What each click was worth: J&F of the sequence in view after so many points and boxes. */
export function ClickHistory() {
  const history = useSelected(
    ({ groundTruth: { scoring, sequence } }) =>
      (sequence === undefined ? undefined : scoring[sequence]?.history) ?? NO_HISTORY,
  );
  const content = useMemo(() => contentOf(history), [history]);
  const last = history.at(-1);
  if (last === undefined) {
    return (
      <p className="report-note">
        Nothing was scored after a click yet. Correct a mask, and its gain shows here.
      </p>
    );
  }
  return (
    <ChartFrame
      label="J&F by clicks"
      size="large"
      head={
        <p className="report-note numbers">
          J&amp;F {formatScore(last.mean)} after {formatCounted(last.clicks, 'click')} (points and
          boxes).
        </p>
      }
      columns={COLUMNS}
      rows={history}
      rowKey={({ clicks }) => clicks}
    >
      <PlotCanvas look="steps" content={content} />
    </ChartFrame>
  );
}

/** Fewest clicks that the axis spans. */
const LEAST_CLICKS = 5;

function contentOf(history: readonly ScoreMoment[]): PlotContent {
  const most = history.at(-1)?.clicks ?? 0;
  return {
    x: history.map(({ clicks }) => clicks),
    xRange: [0, Math.max(most, LEAST_CLICKS)],
    yRange: [0, 100],
    series: [{ values: history.map(({ mean }) => mean * 100), isStrong: true }],
  };
}
