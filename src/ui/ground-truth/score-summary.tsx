import type { PooledScore } from '../../core/scores.ts';
import { useShallow } from 'zustand/react/shallow';
import { formatScore } from '../../store/format.ts';
import { sequenceScore } from '../../store/score-selectors.ts';
import { useSelected } from '../studio-context.tsx';
import { LastChange } from './last-change.tsx';
import { ProtocolChoice } from './protocol-choice.tsx';
import { scoredText } from './score-status.ts';

/** The scores of the sequence in view, and of all of them. */
export function ScoreSummary() {
  const score = useSelected((state) => sequenceScore(state.groundTruth));
  const overall = useSelected((state) => state.groundTruth.report?.overall);
  const sequenceCount = useSelected((state) => state.groundTruth.truth?.sequences.length ?? 0);
  return (
    <section className="gt-section" aria-label="Scores">
      <ProtocolChoice />
      <dl className="gt-figures numbers">
        <Figure name="J&F" value={score?.mean} isMain />
        <Figure name="J" value={score?.region.mean} />
        <Figure name="F" value={score?.boundary.mean} />
      </dl>
      {sequenceCount > 1 && <Overall score={overall} />}
      <ScoredLine />
      <LastChange />
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  /** 0..1 */
  readonly value: number | undefined;
  readonly isMain?: boolean;
}

function Figure({ name, value, isMain = false }: FigureProps) {
  return (
    <div className="gt-figure" data-main={isMain}>
      <dt>{name}</dt>
      <dd>{formatScore(value)}</dd>
    </div>
  );
}

function Overall({ score }: { readonly score: PooledScore | undefined }) {
  return (
    <p className="gt-overall numbers">
      <span>All sequences</span>
      <span>J&F {formatScore(score?.mean)}</span>
      <span>J {formatScore(score?.region.mean)}</span>
      <span>F {formatScore(score?.boundary.mean)}</span>
    </p>
  );
}

function ScoredLine() {
  const { text, isScoring } = useSelected(useShallow((state) => scoredText(state.groundTruth)));
  return (
    <p className="gt-scored numbers" role="status">
      {text}
      {isScoring && <span className="spinner" role="img" aria-label="Scoring" />}
    </p>
  );
}
