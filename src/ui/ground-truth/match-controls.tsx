import type { LoadedTruth } from '../../store/ground-truth-slice.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { useActions } from '../studio-context.tsx';
import { OffsetField } from './offset-field.tsx';
import { RULES } from './truth-text.ts';

interface Props {
  readonly truth: LoadedTruth;
}

/** How the files are read; a change reads them again. */
export function MatchControls({ truth }: Props) {
  const { groundTruth } = useActions();
  const rule = RULES.find(({ value }) => value === truth.rule);
  return (
    <div className="match-controls">
      <OffsetField
        value={truth.offsetFrames}
        onCommit={(offsetFrames) => groundTruth.reopen({ offsetFrames })}
      />
      {truth.kind === 'visor' && (
        <div className="match-field">
          <span className="match-label">Objects are those of</span>
          <Segmented
            label="Which entities become objects"
            value={truth.rule}
            options={RULES}
            onChoose={(choice) => void groundTruth.reopen({ rule: choice })}
          />
          <p className="gt-quiet">{rule?.meaning}</p>
        </div>
      )}
    </div>
  );
}
