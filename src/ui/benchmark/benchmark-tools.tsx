import { ClipboardCopy, FileJson, GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../primitives/button.tsx';
import { pickFiles } from '../primitives/pick-files.ts';
import { useActions } from '../studio-context.tsx';

interface Props {
  readonly isReady: boolean;
}

/** The result as a file, as text, and against another. */
export function BenchmarkTools({ isReady }: Props) {
  const { alerts, benchmark } = useActions();
  const [isCopied, setIsCopied] = useState(false);
  // What was copied is not what a new run measures.
  if (isCopied && !isReady) setIsCopied(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await benchmark.text());
      setIsCopied(true);
    } catch (error) {
      alerts.reportError(error);
    }
  };
  return (
    <div className="benchmark-tools" role="group" aria-label="Result">
      <Button
        look="ghost"
        onClick={() =>
          pickFiles({
            accept: '.json',
            onPick: ([file]) => file !== undefined && void benchmark.compare(file),
          })
        }
      >
        <GitCompareArrows />
        Compare with a file…
      </Button>
      <Button disabled={!isReady} onClick={() => void copy()}>
        <ClipboardCopy />
        <span role="status">{isCopied ? 'Copied' : 'Copy as text'}</span>
      </Button>
      <Button disabled={!isReady} onClick={() => void benchmark.save()}>
        <FileJson />
        Save JSON…
      </Button>
    </div>
  );
}
