import { useEffect, useRef } from 'react';
import { formatCount } from '../../store/format.ts';
import { useActions, useSelected, useStudio } from '../studio-context.tsx';
import { playheadTime } from './time-text.ts';

/** Time and frame under the playhead. The frame can be typed over to go there. */
export function TimeReadout() {
  const { store } = useStudio();
  const { playback } = useActions();
  const frameCount = useSelected((state) => state.video.info?.frameCount);
  const time = useRef<HTMLSpanElement>(null);
  const frame = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const show = () => {
      const state = store.getState();
      if (time.current !== null) time.current.textContent = playheadTime(state);
      if (frame.current !== null && frame.current !== document.activeElement) {
        frame.current.value = String(state.playback.frame);
      }
    };
    show();
    return store.subscribe(show);
  }, [store]);
  const goThere = () => {
    const target = Number(frame.current?.value);
    if (Number.isFinite(target)) playback.seekTo(target);
  };
  return (
    <div className="time-readout numbers">
      <span ref={time} className="time-value" />
      <label className="time-frame">
        Frame
        <input
          ref={frame}
          inputMode="numeric"
          aria-label="Frame under the playhead; type a number to go there"
          disabled={frameCount === undefined}
          defaultValue="0"
          onFocus={(event) => event.currentTarget.select()}
          onBlur={goThere}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <span>of {formatCount(frameCount ?? 0)}</span>
      </label>
    </div>
  );
}
