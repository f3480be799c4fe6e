import { shareOfGemm, type BenchmarkMeasurement } from '../../core/benchmark.ts';
import type { ComparedBenchmark } from '../../store/benchmark-file.ts';
import { formatMs, formatRatio, formatShare } from '../../store/benchmark-text.ts';
import { FigureRow, FigureTable } from './figure-table.tsx';

interface Props {
  readonly measurement: BenchmarkMeasurement;
  readonly compared: ComparedBenchmark | undefined;
}

/** Tracking with a full memory bank, everything but decoding. */
export function TrackTable({ measurement, compared }: Props) {
  const { tracks, rates } = measurement;
  const columns = ['objects', 'frames/s', 'p50 ms', 'p95 ms', 'of GEMM'];
  return (
    <FigureTable
      caption="Tracking, memory bank full"
      columns={compared === undefined ? columns : [...columns, 'ratio']}
    >
      {tracks.map((track) => {
        const { objects, framesPerSecond, p50Ms, p95Ms } = track;
        const figures = [
          framesPerSecond.toFixed(framesPerSecond < 10 ? 2 : 1),
          formatMs(p50Ms),
          formatMs(p95Ms),
          rates === undefined ? '–' : formatShare(shareOfGemm(track, rates)),
        ];
        const other = compared?.tracks.get(objects);
        const ratio = other === undefined ? '–' : formatRatio(framesPerSecond / other);
        return (
          <FigureRow
            key={objects}
            name={String(objects)}
            figures={compared === undefined ? figures : [...figures, ratio]}
          />
        );
      })}
    </FigureTable>
  );
}
