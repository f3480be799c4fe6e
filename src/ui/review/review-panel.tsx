import { useState } from 'react';
import { formatCount, formatCounted } from '../../store/format.ts';
import { isUnderPlayhead } from '../../store/review-actions.ts';
import { openItems, rankedItems, reviewKey } from '../../store/review-ranking.ts';
import { Button } from '../primitives/button.tsx';
import { Keys } from '../primitives/keys.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ReviewCheck } from './review-check.tsx';
import { ReviewRow } from './review-row.tsx';
import '../primitives/place-list.css';
import './review.css';

/** As many as are shown at first, and more at each press. */
const PAGE = 40;

/** Masks that are worth a look, the riskiest first. */
export function ReviewPanel() {
  const items = useSelected((state) => openItems(state.tracklets.items, state.review));
  const currentAt = useSelected((state) => items.findIndex((item) => isUnderPlayhead(state, item)));
  const [shownCount, setShownCount] = useState(PAGE);
  // The keys may have gone on beyond what is shown.
  const shown = items.slice(0, Math.max(shownCount, currentAt + 1));
  return (
    <section className="place-panel" aria-labelledby="review-heading">
      <h2 id="review-heading" className="visually-hidden">
        Review
      </h2>
      <ReviewCheck />
      {items.length === 0 ? (
        <NothingToReview />
      ) : (
        <>
          <ReviewHead count={items.length} />
          <ol className="review-list">
            {shown.map((item, at) => (
              <ReviewRow key={reviewKey(item)} item={item} isCurrent={at === currentAt} />
            ))}
          </ol>
          {items.length > shown.length && (
            <Button look="ghost" onClick={() => setShownCount(shown.length + PAGE)}>
              Show more
            </Button>
          )}
        </>
      )}
      <ReviewedNote />
    </section>
  );
}

function ReviewHead({ count }: { readonly count: number }) {
  return (
    <div className="review-head">
      <p className="numbers">{formatCounted(count, 'place')}, riskiest first</p>
      <span className="review-keys" title="J next, K previous, Y mark as reviewed">
        <Keys keys="J" />
        <Keys keys="K" />
        <Keys keys="Y" />
      </span>
    </div>
  );
}

function NothingToReview() {
  const hasMasks = useSelected((state) =>
    state.tracklets.items.some(({ summaries }) => summaries.coveredFrames > 0),
  );
  return (
    <p className="review-empty">
      {hasMasks
        ? 'No mask stands out. What the model is unsure of, what jumps or changes size at once, and what tracking back does not confirm is listed here.'
        : 'Frames with doubtful masks are listed here when the objects are tracked.'}
    </p>
  );
}

function ReviewedNote() {
  const { review } = useActions();
  const count = useSelected(
    (state) =>
      rankedItems(state.tracklets.items).length -
      openItems(state.tracklets.items, state.review).length,
  );
  if (count === 0) return null;
  return (
    <div className="review-foot">
      <p className="numbers">{formatCount(count)} reviewed</p>
      <Button look="ghost" onClick={() => review.forgetMarks()}>
        Show again
      </Button>
    </div>
  );
}
