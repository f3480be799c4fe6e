import { Repeat } from 'lucide-react';
import { PLAYBACK_RATES } from '../../store/playback-slice.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** How fast to play, and whether again and again. */
export function TransportOptions() {
  const { playback } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  const isLooping = useSelected((state) => state.playback.isLooping);
  const rate = useSelected((state) => state.playback.rate);
  return (
    <>
      <label className="transport-rate">
        <span className="visually-hidden">Speed</span>
        <select
          value={rate}
          disabled={isEmpty}
          onChange={(event) => playback.setRate(Number(event.currentTarget.value))}
        >
          {PLAYBACK_RATES.map((choice) => (
            <option key={choice} value={choice}>
              {choice} ×
            </option>
          ))}
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
