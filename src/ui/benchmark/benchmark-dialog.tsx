import { useEffect } from 'react';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { BenchmarkProgress } from './benchmark-progress.tsx';
import { BenchmarkResultView } from './benchmark-result-view.tsx';
import { BenchmarkStart } from './benchmark-start.tsx';
import './benchmark.css';

/** How fast the model in use runs on this device. A benchmark runs no longer than it is open. */
export function BenchmarkDialog() {
  const { benchmark, view } = useActions();
  const running = useSelected((state) => state.benchmark.running);
  const result = useSelected((state) => state.benchmark.result);
  useEffect(() => () => benchmark.cancel(), [benchmark]);
  return (
    <Dialog
      title="Benchmark this device"
      description="Times of the model in use, on pictures made for it. Your clip, prompts and masks stay as they are."
      width="wide"
      place="top"
      onClose={() => view.closeDialog()}
    >
      <div className="benchmark">
        {running === undefined ? <BenchmarkStart /> : <BenchmarkProgress running={running} />}
        {result !== undefined && <BenchmarkResultView result={result} />}
      </div>
    </Dialog>
  );
}
