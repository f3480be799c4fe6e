import type { BenchmarkMeasurement } from '../../core/benchmark.ts';
import type { ComparedBenchmark } from '../../store/benchmark-file.ts';
import { formatMs, formatRatio } from '../../store/benchmark-text.ts';
import { FigureRow, FigureTable } from './figure-table.tsx';

interface Props {
  readonly measurement: BenchmarkMeasurement;
  readonly compared: ComparedBenchmark | undefined;
}

/** Each stage by itself. */
export function StageTable({ measurement, compared }: Props) {
  const columns = ['stage, ms', 'p50', 'p95', 'runs'];
  return (
    <FigureTable
      caption="Stages"
      columns={compared === undefined ? columns : [...columns, 'ratio']}
    >
      {measurement.stages.map(({ stage, p50Ms, p95Ms, runs }) => {
        const figures = [formatMs(p50Ms), formatMs(p95Ms), String(runs)];
        const other = compared?.stages.get(stage);
        const ratio = other === undefined ? '–' : formatRatio(other / p50Ms);
        return (
          <FigureRow
            key={stage}
            name={stage}
            figures={compared === undefined ? figures : [...figures, ratio]}
          />
        );
      })}
    </FigureTable>
  );
}
