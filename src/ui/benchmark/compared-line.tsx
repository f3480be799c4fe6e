import { X } from 'lucide-react';
import type { ComparedBenchmark } from '../../store/benchmark-file.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions } from '../studio-context.tsx';

interface Props {
  readonly compared: ComparedBenchmark;
}

/** What the result is held against. */
export function ComparedLine({ compared }: Props) {
  const { benchmark } = useActions();
  return (
    <p className="benchmark-compared">
      <span>
        Compared with “{compared.fileName}”: {compared.title}. Above 1× is faster here.
      </span>
      <IconButton size="small" label="Stop comparing" onClick={() => benchmark.stopComparing()}>
        <X />
      </IconButton>
    </p>
  );
}
