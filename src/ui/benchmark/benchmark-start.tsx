import { Gauge } from 'lucide-react';
import { useState } from 'react';
import type { BenchmarkKind } from '../../core/benchmark.ts';
import { benchmarkObstacle } from '../../store/benchmark-slice.ts';
import { Button } from '../primitives/button.tsx';
import { Segmented } from '../primitives/segmented.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

const KINDS = [
  { value: 'quick', label: 'Quick' },
  { value: 'full', label: 'Full' },
] as const;

const NOTES = {
  quick:
    '5 runs of each stage and 24 tracked frames with 1, 3 and 8 objects. What would take more than a minute is left out.',
  full: '20 runs of each stage and 60 tracked frames with 1, 3 and 8 objects. How long that takes is said after the first stages.',
} as const;

/** Chooses how much is measured, and starts. */
export function BenchmarkStart() {
  const { benchmark } = useActions();
  const [kind, setKind] = useState<BenchmarkKind>('quick');
  const obstacle = useSelected(benchmarkObstacle);
  const hasResult = useSelected((state) => state.benchmark.result !== undefined);
  return (
    <section className="benchmark-start" aria-label="Start">
      <Segmented label="How much is measured" value={kind} options={KINDS} onChoose={setKind} />
      <p className="benchmark-note">{obstacle ?? NOTES[kind]}</p>
      <Button
        look={hasResult ? 'plain' : 'primary'}
        // The dialog was opened to run it.
        autoFocus
        disabled={obstacle !== undefined}
        onClick={() => void benchmark.run(kind)}
      >
        <Gauge />
        {hasResult ? 'Run again' : 'Run'}
      </Button>
    </section>
  );
}
