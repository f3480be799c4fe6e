import { Check, Scissors } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatCount } from '../../store/format.ts';
import type { ReviewItem } from '../../store/review-ranking.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

interface Props {
  readonly item: ReviewItem;
  readonly isCurrent: boolean;
}

/** One stretch of doubtful masks: where, of what, and why. */
export function ReviewRow({ item, isCurrent }: Props) {
  const { review } = useActions();
  const ownName = useSelected((state) => findTracklet(state.tracklets, item.objectId)?.name ?? '');
  const name = item.jumpedObjects === undefined ? ownName : `${item.jumpedObjects} objects`;
  const color = useSelected((state) => findTracklet(state.tracklets, item.objectId)?.color ?? '');
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  const percent = Math.round(100 * item.risk);
  return (
    <li ref={row} className="place-row review-row" data-current={isCurrent}>
      <button
        type="button"
        className="place-go review-go"
        aria-current={isCurrent}
        title={`Risk ${percent} %: ${item.reasons.join(', ')}`}
        onClick={() => review.goTo(item)}
      >
        <span className="review-risk" aria-hidden="true">
          <span style={{ height: `${percent}%` }} data-high={item.risk >= HIGH_RISK} />
        </span>
        <span className="place-what">
          <span className="place-where review-where numbers">
            {item.jumpedObjects === undefined ? (
              <span className="swatch" style={{ background: color }} />
            ) : (
              <Scissors className="review-cut" />
            )}
            <span className="truncate">{name}</span>
            <span className="place-note review-frame">{placeText(item)}</span>
          </span>
          <span className="place-note numbers truncate">{item.reasons.join(', ')}</span>
        </span>
      </button>
      <IconButton
        size="small"
        label={`Mark frame ${item.frame} of ${name} as reviewed`}
        side="left"
        onClick={() => review.mark(item)}
      >
        <Check />
      </IconButton>
    </li>
  );
}

const HIGH_RISK = 0.7;

function placeText({ frame, first, end }: ReviewItem): string {
  const others = end - first - 1;
  return others === 0 ? `frame ${frame}` : `frame ${frame} + ${formatCount(others)}`;
}
