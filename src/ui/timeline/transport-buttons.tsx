import {
  ChevronFirst,
  ChevronLast,
  Pause,
  Play,
  SkipBack,
  SkipForward,
  StepBack,
  StepForward,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { PlaybackActions } from '../../store/playback-actions.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

interface Jump {
  readonly label: string;
  readonly keys: string;
  readonly icon: ReactNode;
  readonly go: (playback: PlaybackActions) => void;
}

const BACK: readonly Jump[] = [
  {
    label: 'First frame',
    keys: 'Home',
    icon: <ChevronFirst />,
    go: (playback) => playback.seekToEdge('first'),
  },
  {
    label: 'Previous prompt',
    keys: '↑',
    icon: <SkipBack />,
    go: (playback) => playback.seekToPrompt('previous'),
  },
  {
    label: 'One frame back',
    keys: '←',
    icon: <StepBack />,
    go: (playback) => playback.stepBy(-1),
  },
];

const ON: readonly Jump[] = [
  {
    label: 'One frame on',
    keys: '→',
    icon: <StepForward />,
    go: (playback) => playback.stepBy(1),
  },
  {
    label: 'Next prompt',
    keys: '↓',
    icon: <SkipForward />,
    go: (playback) => playback.seekToPrompt('next'),
  },
  {
    label: 'Last frame',
    keys: 'End',
    icon: <ChevronLast />,
    go: (playback) => playback.seekToEdge('last'),
  },
];

/** Playing, stepping and jumping. */
export function TransportButtons() {
  const { playback } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  const isPlaying = useSelected((state) => state.playback.mode === 'playing');
  const jumpButton = ({ label, keys, icon, go }: Jump) => (
    <IconButton
      key={label}
      label={label}
      keys={keys}
      side="top"
      disabled={isEmpty}
      onClick={() => go(playback)}
    >
      {icon}
    </IconButton>
  );
  return (
    <div className="transport-buttons">
      {BACK.map(jumpButton)}
      <IconButton
        className="transport-play"
        label={isPlaying ? 'Pause' : 'Play'}
        keys="Space"
        side="top"
        disabled={isEmpty}
        onClick={() => playback.togglePlay()}
      >
        {isPlaying ? <Pause /> : <Play />}
      </IconButton>
      {ON.map(jumpButton)}
    </div>
  );
}
