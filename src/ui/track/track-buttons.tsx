import { ArrowLeft, ArrowLeftRight, ArrowRight } from 'lucide-react';
import type { TrackingScope } from '../../store/plan-run.ts';
import { TrackButton } from './track-button.tsx';

interface Props {
  readonly scope: TrackingScope;
}

const DIRECTIONS = [
  { direction: 'reverse', name: 'Backward', text: 'Back', keys: 'R', icon: <ArrowLeft /> },
  { direction: 'both', name: 'Both', text: 'Both', keys: 'Shift T', icon: <ArrowLeftRight /> },
  { direction: 'forward', name: 'Forward', text: 'Forward', keys: 'T', icon: <ArrowRight /> },
] as const;

/** The three directions. */
export function TrackButtons({ scope }: Props) {
  return (
    <div className="track-buttons">
      {DIRECTIONS.map(({ direction, name, text, keys, icon }) => (
        <TrackButton
          key={direction}
          direction={direction}
          scope={scope}
          name={name}
          text={text}
          keys={keys}
        >
          {icon}
        </TrackButton>
      ))}
    </div>
  );
}
