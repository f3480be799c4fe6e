import type { ExportChoice } from '../../store/export-choice.ts';
import type { SoundPlan, VideoContainer } from '../../store/export-format.ts';
import { Switch } from '../primitives/switch.tsx';

interface Props {
  readonly choice: ExportChoice;
  /** Absent while it is asked for. */
  readonly sound: SoundPlan | undefined;
  readonly file: VideoContainer;
  readonly onChoose: (choice: ExportChoice) => void;
}

const FILES = { mp4: 'MP4', webm: 'WebM' } as const;

/** Whether the clip's sound goes with the video, and what becomes of it. */
export function SoundOption({ choice, sound, file, onChoose }: Props) {
  const isThere = sound?.kind === 'copied' || sound?.kind === 'encoded';
  return (
    <div className="export-wide">
      <Switch
        label="Sound"
        detail={sound === undefined ? '\u00a0' : soundText(sound, FILES[file])}
        isOn={isThere && choice.hasSound}
        isDisabled={!isThere}
        onToggle={() => onChoose({ ...choice, hasSound: !choice.hasSound })}
      />
    </div>
  );
}

function soundText(sound: SoundPlan, file: string): string {
  switch (sound.kind) {
    case 'none':
      return 'The clip has no sound.';
    case 'copied':
      return `${sound.codec}, copied from the clip as it is.`;
    case 'encoded':
      return `Encoded again as ${sound.codec}: ${file} does not hold ${sound.from}.`;
    case 'left-out': {
      const missing =
        sound.missing === 'decoder' ? 'cannot decode it' : 'cannot encode what it would hold';
      return `Left out: ${file} does not hold ${sound.from}, and this browser ${missing}.`;
    }
  }
}
