import { formatCount, formatCounted } from '../../store/format.ts';
import type { LoadedTruth } from '../../store/ground-truth-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';

interface Props {
  readonly truth: LoadedTruth;
}

/** The sequence in view. One that is not loaded yet is loaded by choosing it. */
export function SequenceSelect({ truth }: Props) {
  const { groundTruth } = useActions();
  const shown = useSelected((state) => state.groundTruth.sequence);
  const isLocked = useSelected(
    ({ groundTruth: { loading, run } }) => loading !== undefined || run !== undefined,
  );
  const { sequences, unloaded } = truth;
  const choose = async (name: string) => {
    const names = sequences.map((sequence) => sequence.name);
    if (!names.includes(name)) await groundTruth.reopen({ sequences: [...names, name] });
    groundTruth.selectSequence(name);
  };
  return (
    <select
      className="gt-select numbers"
      aria-label="Sequence"
      value={shown ?? ''}
      disabled={isLocked}
      onChange={(event) => void choose(event.currentTarget.value)}
    >
      {shown === undefined && (
        <option value="" disabled>
          Choose a sequence…
        </option>
      )}
      <optgroup label="On the clip" hidden={sequences.length === 0}>
        {sequences.map(({ name, match }) => (
          <option key={name} value={name}>
            {name} ({formatCount(match.matchedCount)} of {formatCounted(match.rows.length, 'frame')}
            )
          </option>
        ))}
      </optgroup>
      {unloaded.length > 0 && (
        <optgroup label="Not loaded">
          {unloaded.map(({ name, frameCount, matchedCount }) => (
            <option key={name} value={name} disabled={matchedCount === 0}>
              {name} ({formatCount(matchedCount)} of {formatCounted(frameCount, 'frame')})
            </option>
          ))}
        </optgroup>
      )}
    </select>
  );
}
