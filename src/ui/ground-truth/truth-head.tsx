import { ChevronRight, CircleCheck, TriangleAlert } from 'lucide-react';
import type { TruthSequence } from '../../core/ground-truth.ts';
import { shownSequence, type LoadedTruth } from '../../store/ground-truth-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { MatchProblems } from './match-problems.tsx';
import { SequenceSelect } from './sequence-select.tsx';
import { TruthLoading } from './truth-loading.tsx';
import { TruthMenu } from './truth-menu.tsx';
import { kindText, matchText } from './truth-text.ts';

interface Props {
  readonly truth: LoadedTruth;
}

/** What is loaded, and how it lies on the clip. */
export function TruthHead({ truth }: Props) {
  const sequence = useSelected((state) => shownSequence(state.groundTruth));
  const isReading = useSelected((state) => state.groundTruth.loading !== undefined);
  const isSeveral = truth.sequences.length + truth.unloaded.length > 1;
  return (
    <section className="gt-section gt-head" aria-labelledby="gt-name">
      <div className="gt-title">
        <h2 id="gt-name" className="panel-heading truncate" title={truth.name}>
          {truth.name}
        </h2>
        <p className="gt-quiet gt-kind numbers">{kindText(truth)}</p>
        <TruthMenu />
      </div>
      {(isSeveral || sequence === undefined) && <SequenceSelect truth={truth} />}
      {isReading ? <TruthLoading size="line" /> : <MatchLine sequence={sequence} />}
      {sequence !== undefined && <MatchProblems match={sequence.match} />}
    </section>
  );
}

function MatchLine({ sequence }: { readonly sequence: TruthSequence | undefined }) {
  const { view } = useActions();
  const isGood = sequence !== undefined && isWhole(sequence);
  return (
    <button
      type="button"
      className="gt-match numbers"
      data-good={isGood}
      onClick={() => view.openDialog({ kind: 'frame-match' })}
    >
      {isGood ? <CircleCheck /> : <TriangleAlert />}
      <span className="truncate">
        {sequence === undefined ? 'None of it lies on the clip' : matchText(sequence)}
      </span>
      <ChevronRight className="gt-match-open" />
    </button>
  );
}

function isWhole({ match }: TruthSequence): boolean {
  return match.matchedCount === match.rows.length && match.problems.length === 0;
}
