import { useCallback, useMemo } from 'react';
import type { ScoreReport } from '../../core/scores.ts';
import { formatCounted, formatScore } from '../../store/format.ts';
import { ChartFrame } from './chart-frame.tsx';
import { histogramOf, type HistogramBin } from './histogram.ts';
import { PlotCanvas } from './plot-canvas.tsx';
import type { PlotContent } from './plot-content.ts';
import type { Plot } from './plot.ts';
import { meanOf } from './score-columns.ts';
import type { Column } from './table-model.ts';

const COLUMNS: readonly Column<HistogramBin>[] = [
  {
    key: 'bin',
    title: 'J&F',
    kind: 'text',
    value: ({ from }) => from,
    text: ({ from, to }) => `${from} to ${to}`,
  },
  { key: 'count', title: 'Objects', kind: 'number', value: ({ count }) => count },
];

/** How many objects have which J&F. */
export function ScoreDistribution({ report }: { readonly report: ScoreReport }) {
  const bins = useMemo(() => histogramOf(report.objects.map(meanOf)), [report]);
  const content = useMemo(() => contentOf(bins), [bins]);
  const { mean, objectCount } = report.overall;
  const connect = useCallback(
    (plot: Plot) => {
      plot.mark(mean * 100);
      return () => plot.mark(undefined);
    },
    [mean],
  );
  const objects = formatCounted(objectCount, 'object');
  return (
    <ChartFrame
      label="Distribution of J&F over objects"
      size="large"
      head={
        <p className="report-note numbers">
          J&amp;F of {objects}. The line is their mean, {formatScore(mean)}.
        </p>
      }
      columns={COLUMNS}
      rows={bins}
      rowKey={({ from }) => from}
    >
      <PlotCanvas look="bars" content={content} connect={connect} />
    </ChartFrame>
  );
}

function contentOf(bins: readonly HistogramBin[]): PlotContent {
  const highest = Math.max(...bins.map(({ count }) => count), 1);
  return {
    x: bins.map(({ from, to }) => (from + to) / 2),
    xRange: [0, 100],
    yRange: [0, highest + Math.max(1, Math.round(highest * 0.05))],
    // An empty bin has no bar, not even a thin one.
    series: [{ values: bins.map(({ count }) => (count === 0 ? null : count)) }],
  };
}
