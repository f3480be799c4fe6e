import { Minus, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../primitives/icon-button.tsx';

interface Props {
  /** As the files were read. */
  readonly value: number;
  /** Reads them again with another one. */
  readonly onCommit: (offsetFrames: number) => Promise<void>;
}

/** Several steps in a row read the files once. */
const STEP_PAUSE_MS = 400;

/** How many frames later on the clip everything lies than it was found. */
export function OffsetField({ value, onCommit }: Props) {
  // What is typed, until the files have been read with it.
  const [draft, setDraft] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const commit = async (text: string) => {
    clearTimeout(timer.current);
    const next = wholeNumber(text);
    if (next !== undefined && next !== value) await onCommit(next);
    setDraft((latest) => (latest === text ? undefined : latest));
  };
  const step = (by: number) => {
    const next = String((wholeNumber(draft ?? '') ?? value) + by);
    setDraft(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void commit(next), STEP_PAUSE_MS);
  };
  return (
    <div className="match-field">
      <label className="match-label" htmlFor="match-offset">
        Offset in frames
      </label>
      <div className="match-offset">
        <IconButton size="small" label="One frame earlier" side="top" onClick={() => step(-1)}>
          <Minus />
        </IconButton>
        <input
          id="match-offset"
          className="numbers"
          type="number"
          step={1}
          value={draft ?? value}
          aria-describedby="match-offset-text"
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={() => draft !== undefined && void commit(draft)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && draft !== undefined) void commit(draft);
          }}
        />
        <IconButton size="small" label="One frame later" side="top" onClick={() => step(1)}>
          <Plus />
        </IconButton>
      </div>
      <p id="match-offset-text" className="gt-quiet">
        Moves every true mask on the clip, for a clip that was cut or counted otherwise. Rarely
        needed.
      </p>
    </div>
  );
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isSafeInteger(value) ? undefined : value;
}
