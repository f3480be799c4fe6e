import type { ReactNode } from 'react';
import { planRun, type TrackingScope } from '../../store/plan-run.ts';
import type { TrackingDirection } from '../../store/plan-tracking.ts';
import { Button } from '../primitives/button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { planText } from './track-text.ts';

interface Props {
  readonly direction: TrackingDirection;
  readonly scope: TrackingScope;
  /** For screen readers; holds the text. */
  readonly name: string;
  readonly text: string;
  readonly keys: string;
  readonly children: ReactNode;
}

/** Says which frames it would track. Stays reachable while it cannot, so that it can say why. */
export function TrackButton({ direction, scope, name, text, keys, children }: Props) {
  const { propagation } = useActions();
  const isPossible = useSelected((state) => planRun(state, direction, scope).isPossible);
  const label = useSelected((state) => planText(planRun(state, direction, scope)));
  return (
    <Tooltip label={label} keys={keys} side="top">
      <Button
        look={direction === 'forward' ? 'primary' : 'plain'}
        className="track-button"
        aria-label={name}
        aria-disabled={!isPossible}
        onClick={() => isPossible && void propagation.track(direction, scope)}
      >
        {children}
        {text}
      </Button>
    </Tooltip>
  );
}
