import { useEffect, useId, useRef, type RefObject } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { videoToView } from '../../core/geometry.ts';
import { viewportOf, type ToolName } from '../../store/view-slice.ts';
import { Keys } from '../primitives/keys.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import type { StageGestures } from './stage-gestures.ts';
import { useKeyAim } from './use-key-aim.ts';
import './key-aim.css';

interface Props {
  /** Of the stage that is aimed at. */
  readonly gestures: RefObject<StageGestures | null>;
}

/** A cross on the stage that the arrow keys move, for all that a mouse does with the tools. */
export function KeyAim({ gestures }: Props) {
  const { view } = useActions();
  const cross = useRef<HTMLDivElement>(null);
  const helpId = useId();
  const isAiming = useSelected((state) => state.view.isAiming);
  const tool = useSelected((state) => state.view.tool);
  const viewport = useSelected(useShallow((state) => viewportOf(state.view, state.video.info)));
  const { point, said, onFocus, ...listeners } = useKeyAim(gestures);
  useEffect(() => {
    if (isAiming) cross.current?.focus({ preventScroll: true });
  }, [isAiming]);
  // A cross that goes with its clip is never left.
  useEffect(() => () => view.aim(false), [view]);
  const at = point === undefined ? undefined : videoToView(point, viewport);
  return (
    <>
      {/* An application: a screen reader leaves the arrow keys to it. */}
      <div
        ref={cross}
        className="key-aim"
        role="application"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="Aim with the arrow keys"
        aria-describedby={helpId}
        style={at && { translate: `${at.x}px ${at.y}px` }}
        onFocus={(event) => onFocus(event.relatedTarget)}
        {...listeners}
      />
      <p id={helpId} className="key-aim-help" hidden={!isAiming}>
        <Keys keys="← ↑ → ↓" /> aim, farther with <Keys keys="Shift" /> · <Keys keys="Enter" />{' '}
        {ENTER_HELP[tool]} · <Keys keys="Esc" /> ends
      </p>
      <p className="visually-hidden" aria-live="polite">
        {isAiming ? said : ''}
      </p>
    </>
  );
}

const DRAWS = 'puts the pen down and lifts it';

const ENTER_HELP: Record<ToolName, string> = {
  point: 'adds, with Shift takes away',
  box: 'sets one corner, then the other',
  brush: DRAWS,
  eraser: DRAWS,
  lasso: DRAWS,
  hand: 'does nothing: choose another tool',
};
