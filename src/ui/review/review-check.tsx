import { ArrowLeftRight, Square } from 'lucide-react';
import { planCheck } from '../../store/plan-check.ts';
import type { CheckRun } from '../../store/review-slice.ts';
import { Button } from '../primitives/button.tsx';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { checkFigures, checkText } from './check-text.ts';

/** Asks for the selected object to be tracked the other way, and tells how far that is. */
export function ReviewCheck() {
  const check = useSelected((state) => state.review.check);
  return (
    <div className="review-check">
      {check === undefined ? <CheckButton /> : <CheckProgress check={check} />}
    </div>
  );
}

/** Stays reachable while it cannot be done, so that it can say why. */
function CheckButton() {
  const { review } = useActions();
  const isPossible = useSelected((state) => planCheck(state).isPossible);
  const label = useSelected(checkText);
  return (
    <Tooltip label={label} side="bottom">
      <Button
        className="review-check-button"
        aria-disabled={!isPossible}
        onClick={() => isPossible && void review.checkByTrackingBack()}
      >
        <ArrowLeftRight />
        Check by tracking back
      </Button>
    </Tooltip>
  );
}

function CheckProgress({ check }: { readonly check: CheckRun }) {
  const { review } = useActions();
  const { title, detail, fraction } = checkFigures(check);
  return (
    <>
      <div className="review-check-figures">
        <ProgressBar label="Checking" fraction={fraction} />
        <p className="numbers">
          <span>{title}</span>
          <span>{detail}</span>
        </p>
      </div>
      <Button disabled={check.isCancelling} onClick={() => void review.cancelCheck()}>
        <Square />
        {check.isCancelling ? 'Stopping…' : 'Stop'}
      </Button>
    </>
  );
}
