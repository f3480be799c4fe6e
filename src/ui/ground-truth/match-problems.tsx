import { TriangleAlert } from 'lucide-react';
import type { FrameMatch } from '../../core/frame-match.ts';

interface Props {
  readonly match: FrameMatch;
}

/** What speaks against the match, with what to do about it. */
export function MatchProblems({ match }: Props) {
  return match.problems.map((problem) => (
    <div key={problem.code} className="gt-problem" role="note">
      <TriangleAlert aria-hidden="true" />
      <div>
        <p className="gt-problem-message">{problem.message}</p>
        <p>{problem.hint}</p>
      </div>
    </div>
  ));
}
