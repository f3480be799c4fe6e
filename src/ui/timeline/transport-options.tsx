import { Repeat } from 'lucide-react';
import { PLAYBACK_RATES } from '../../store/playback-slice.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** Of the choice that is no speed. */
const EVERY_FRAME = 'every-frame';

/** How fast to play, and whether again and again. */
export function TransportOptions() {
  const { playback } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  const isLooping = useSelected((state) => state.playback.isLooping);
  const rate = useSelected(({ playback: { rate, isEveryFrameShown } }) =>
    isEveryFrameShown ? EVERY_FRAME : String(rate),
  );
  return (
    <>
      <label className="transport-rate">
        <span className="visually-hidden">Speed</span>
        <select
          value={rate}
          disabled={isEmpty}
          onChange={({ currentTarget: { value } }) => {
            if (value === EVERY_FRAME) playback.showEveryFrame();
            else playback.setRate(Number(value));
          }}
        >
          {PLAYBACK_RATES.map((choice) => (
            <option key={choice} value={choice}>
              {choice} ×
            </option>
          ))}
          <option value={EVERY_FRAME}>Every frame</option>
        </select>
      </label>
      <IconButton
        label="Loop"
        side="top"
        aria-pressed={isLooping}
        disabled={isEmpty}
        onClick={() => playback.toggleLoop()}
      >
        <Repeat />
      </IconButton>
    </>
  );
}
