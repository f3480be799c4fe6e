import { TriangleAlert } from 'lucide-react';
import type { BenchmarkResult } from '../../store/benchmark-slice.ts';
import { benchmarkCautions, benchmarkFacts } from '../../store/benchmark-text.ts';
import { useSelected } from '../studio-context.tsx';
import { BenchmarkTools } from './benchmark-tools.tsx';
import { ComparedLine } from './compared-line.tsx';
import { StageTable } from './stage-table.tsx';
import { TrackTable } from './track-table.tsx';

interface Props {
  readonly result: BenchmarkResult;
}

/** What was measured, or has been so far. */
export function BenchmarkResultView({ result }: Props) {
  const compared = useSelected((state) => state.benchmark.compared);
  return (
    <>
      {benchmarkCautions(result).map((caution) => (
        <p key={caution} className="model-note benchmark-caution">
          <TriangleAlert />
          {caution}
        </p>
      ))}
      {compared !== undefined && <ComparedLine compared={compared} />}
      <div className="benchmark-tables">
        {result.measurement.stages.length > 0 && (
          <StageTable measurement={result.measurement} compared={compared} />
        )}
        {result.measurement.tracks.length > 0 && (
          <TrackTable measurement={result.measurement} compared={compared} />
        )}
      </div>
      <dl className="facts benchmark-facts numbers" aria-label="Device and conditions">
        {benchmarkFacts(result).map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <BenchmarkTools isReady={result.state !== 'running'} />
    </>
  );
}
