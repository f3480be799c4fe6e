import { useRef } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { FrameRange } from '../../store/playback-slice.ts';
import { useSelected } from '../studio-context.tsx';
import { RangeHandle } from './range-handle.tsx';
import { INSET_PX } from './timeline-geometry.ts';
import './timeline-range.css';

/** The frames that tracking stays within: a band on the ruler, between marks that can be dragged. */
export function TimelineRange() {
  const range = useSelected((state) => state.playback.range);
  return range === undefined ? null : <RangeBand range={range} />;
}

function RangeBand({ range: { first, last } }: { readonly range: FrameRange }) {
  const element = useRef<HTMLDivElement>(null);
  const scale = useSelected(
    useShallow(
      ({ view, video }) =>
        view.timelineWindow ?? { first: 0, count: Math.max(video.info?.frameCount ?? 1, 1) },
    ),
  );
  const placeOf = (edge: number) =>
    `calc(${INSET_PX}px + (100% - ${2 * INSET_PX}px) * ${(edge - scale.first) / scale.count})`;
  const [start, end] = [placeOf(first), placeOf(last + 1)];
  return (
    <div ref={element} className="tl-range">
      <div className="tl-outside" style={{ left: 0, width: start }} />
      <div className="tl-outside" style={{ left: end, right: 0 }} />
      <div className="tl-band" style={{ left: start, width: `calc(${end} - ${start})` }} />
      <RangeHandle mark="in" frame={first} left={start} {...{ scale, element }} />
      <RangeHandle mark="out" frame={last} left={end} {...{ scale, element }} />
    </div>
  );
}
