import { shownSequence } from '../../store/ground-truth-slice.ts';
import { formatCount, formatCounted } from '../../store/format.ts';
import { useSelected } from '../studio-context.tsx';

/** Names the ruler, and says what the ticks of the ground truth are. */
export function TimelineCorner() {
  const name = useSelected((state) => shownSequence(state.groundTruth)?.name);
  const count = useSelected((state) => shownSequence(state.groundTruth)?.frames.length ?? 0);
  const frames = formatCounted(count, 'frame');
  return (
    <div className="tl-corner">
      Frame
      {name !== undefined && (
        <span
          className="tl-legend numbers"
          title={`“${name}” annotates ${frames} of the clip. Ticks mark them; in a lane they are red where J&F is 50 or less.`}
        >
          {formatCount(count)} annotated
        </span>
      )}
    </div>
  );
}
