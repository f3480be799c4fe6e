import { ArrowLeft, ArrowLeftRight, ArrowRight } from 'lucide-react';
import type { TrackingScope } from '../../store/propagation-actions.ts';
import { useActions } from '../studio-context.tsx';
import { TrackButton } from './track-button.tsx';

interface Props {
  readonly scope: TrackingScope;
  /** Why tracking cannot start now. */
  readonly obstacle: string | undefined;
}

const DIRECTIONS = [
  { direction: 'reverse', label: 'Backward', keys: 'R', icon: <ArrowLeft /> },
  { direction: 'both', label: 'Both', keys: 'Shift T', icon: <ArrowLeftRight /> },
  { direction: 'forward', label: 'Forward', keys: 'T', icon: <ArrowRight /> },
] as const;

export function TrackButtons({ scope, obstacle }: Props) {
  const { propagation } = useActions();
  return (
    <div className="track-buttons">
      {DIRECTIONS.map(({ direction, label, keys, icon }) => (
        <TrackButton
          key={direction}
          label={label}
          keys={keys}
          isPrimary={direction === 'forward'}
          obstacle={obstacle}
          onClick={() => void propagation.track(direction, scope)}
        >
          {icon}
        </TrackButton>
      ))}
    </div>
  );
}
