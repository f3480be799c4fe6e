import { useState } from 'react';
import { clampFrame } from '../../store/playback-slice.ts';
import { wholeClip, type ExportScope } from '../../store/plan-export.ts';
import type { VideoInfo } from '../../store/video-slice.ts';
import { Button } from '../primitives/button.tsx';
import { useSelected } from '../studio-context.tsx';

interface Props {
  readonly info: VideoInfo;
  readonly scope: ExportScope;
  readonly onScope: (scope: ExportScope) => void;
}

/** First and last frame of a video; each can be taken from the playhead. */
export function FrameRangeFields({ info, scope, onScope }: Props) {
  const playhead = useSelected((state) => state.playback.frame);
  const range = scope.range ?? wholeClip(info);
  const { range: _chosen, ...rest } = scope;
  const choose = (key: 'first' | 'last', value: number) =>
    onScope({ ...rest, range: { ...range, [key]: clampFrame(value, info.frameCount) } });
  return (
    <fieldset className="export-range">
      <legend>Frames</legend>
      <FrameField
        label="From"
        value={range.first}
        onChange={(value) => choose('first', value)}
        onPlayhead={() => choose('first', playhead)}
      />
      <FrameField
        label="To"
        value={range.last}
        onChange={(value) => choose('last', value)}
        onPlayhead={() => choose('last', playhead)}
      />
      <Button look="ghost" disabled={scope.range === undefined} onClick={() => onScope(rest)}>
        Whole clip
      </Button>
    </fieldset>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly onPlayhead: () => void;
}

function FrameField({ label, value, onChange, onPlayhead }: FieldProps) {
  // What is being typed need not be a frame yet.
  const [typed, setTyped] = useState<string>();
  const settle = () => {
    const frame = Number(typed);
    if (typed !== undefined && typed.trim() !== '' && Number.isFinite(frame)) onChange(frame);
    setTyped(undefined);
  };
  return (
    <span className="export-frame">
      <label>
        {label}
        <input
          className="export-frame-input numbers"
          inputMode="numeric"
          value={typed ?? String(value)}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={settle}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
      </label>
      <Button
        look="ghost"
        aria-label={`${label} the playhead`}
        title="The frame under the playhead"
        onClick={onPlayhead}
      >
        Playhead
      </Button>
    </span>
  );
}
