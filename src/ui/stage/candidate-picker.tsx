import { useEffect } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { videoToView } from '../../core/geometry.ts';
import type { CandidateSummary } from '../../core/prompts.ts';
import { candidateChoice } from '../../store/previews-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { viewportOf } from '../../store/view-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import './candidate-picker.css';

/** From the point to the picker, in CSS pixels: beside the marker, out of the way of its click. */
const GAP_PX = 12;
/** Room that the open picker takes, for keeping it on the stage. */
const PICKER = { width: 200, height: 34 };

/**
 * A point that may mean several things: which of the model's three masks it is. It is small until it
 * is pointed at or focused, so that it is not in the way of the next click.
 */
export function CandidatePicker() {
  const place = useSelected(useShallow(placeOf));
  const items = useSelected((state) => candidateChoice(state)?.items);
  const chosen = useSelected((state) => candidateChoice(state)?.chosen);
  const { previews } = useActions();
  // When it goes while it is pointed at, nobody leaves it.
  useEffect(() => () => previews.leave(), [previews]);
  if (place === undefined || items === undefined) return null;
  return (
    <div
      className="candidates"
      data-stage-control
      role="group"
      aria-label="Which mask the point means"
      data-side={place.side}
      style={{ left: place.x, top: place.y }}
      onPointerLeave={() => previews.leave()}
    >
      <span className="candidates-count" aria-hidden="true">
        {(chosen ?? 0) + 1} of {items.length}
      </span>
      {items.map((item) => (
        <CandidateButton key={item.candidate} item={item} isChosen={item.candidate === chosen} />
      ))}
    </div>
  );
}

interface ButtonProps {
  readonly item: CandidateSummary;
  readonly isChosen: boolean;
}

function CandidateButton({ item, isChosen }: ButtonProps) {
  const { previews } = useActions();
  const { candidate, predictedIou } = item;
  const score = predictedIou.toFixed(2);
  const show = () => previews.showCandidate(candidate);
  return (
    <button
      type="button"
      className="candidate"
      aria-pressed={isChosen}
      aria-label={`Mask ${candidate + 1}, predicted IoU ${score}`}
      onPointerEnter={show}
      onFocus={show}
      onBlur={() => previews.leave()}
      onClick={() => previews.chooseCandidate(candidate)}
    >
      <span className="candidate-number">{candidate + 1}</span>
      <span className="candidate-score numbers">{score}</span>
    </button>
  );
}

function placeOf(state: StudioState) {
  const choice = candidateChoice(state);
  if (choice === undefined) return undefined;
  const { view, video } = state;
  const at = videoToView(choice.point, viewportOf(view, video.info));
  const isLeft = at.x + GAP_PX + PICKER.width > view.stageSize.width;
  const above = at.y - GAP_PX - PICKER.height;
  return {
    side: isLeft ? 'left' : 'right',
    x: isLeft ? at.x - GAP_PX : at.x + GAP_PX,
    y: above < 0 ? at.y + GAP_PX : above,
  };
}
