import { Square } from 'lucide-react';
import { benchmarkFraction, type RunningBenchmark } from '../../store/benchmark-slice.ts';
import { remainingText } from '../../store/benchmark-text.ts';
import { Button } from '../primitives/button.tsx';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { useActions } from '../studio-context.tsx';

/** A full run that takes longer should be thought over. */
const LONG_MS = 5 * 60_000;

interface Props {
  readonly running: RunningBenchmark;
}

/** What is measured now, how long it still takes, and the way out. */
export function BenchmarkProgress({ running }: Props) {
  const { benchmark } = useActions();
  const { kind, doing, isCancelling, remainingMs = 0 } = running;
  return (
    <section className="benchmark-progress" aria-label="Progress">
      <div className="benchmark-doing">
        <p role="status">Measuring: {doing}</p>
        <p className="benchmark-note numbers">
          {remainingText(running)}
          {kind === 'full' && remainingMs > LONG_MS && ' A quick run leaves out what takes long.'}
        </p>
        <ProgressBar label="Benchmark" fraction={benchmarkFraction(running)} />
      </div>
      <Button disabled={isCancelling} onClick={() => benchmark.cancel()}>
        <Square />
        {isCancelling ? 'Stopping…' : 'Cancel'}
      </Button>
    </section>
  );
}
