import { Eraser, FastForward, Wrench } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { planRetrack } from '../../store/plan-retrack.ts';
import { planGoOn } from '../../store/plan-run.ts';
import { Button } from '../primitives/button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { fixText, hasTrackedMasks } from './track-text.ts';

/** What can be done about what was tracked: fix it, go on with it, forget it. */
export function TrackActions() {
  const { propagation } = useActions();
  const canGoOn = useSelected((state) => planGoOn(state).isPossible);
  const canClear = useSelected(hasTrackedMasks);
  const fix = useSelected(
    useShallow((state) => {
      const plan = planRetrack(state);
      return { isPossible: plan.isPossible, label: fixText(plan) };
    }),
  );
  return (
    <div className="track-actions">
      <Tooltip label={fix.label} keys="Shift R" side="top">
        <Button
          look="ghost"
          className="track-action"
          aria-disabled={!fix.isPossible}
          onClick={() => fix.isPossible && void propagation.fix()}
        >
          <Wrench />
          Fix from here
        </Button>
      </Tooltip>
      {canGoOn && (
        <Button look="ghost" className="track-action" onClick={() => void propagation.goOn()}>
          <FastForward />
          Go on
        </Button>
      )}
      <Button
        look="ghost"
        className="track-action track-clear"
        aria-label="Clear tracking"
        disabled={!canClear}
        onClick={() => void propagation.clear()}
      >
        <Eraser />
        Clear
      </Button>
    </div>
  );
}
