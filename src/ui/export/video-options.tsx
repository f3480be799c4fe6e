import type { ExportChoice } from '../../store/export-choice.ts';
import { isTransparentChoice, videoPictureSize } from '../../store/export-format.ts';
import type { VideoInfo } from '../../store/video-slice.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { Select } from '../primitives/select.tsx';
import { Option } from './option.tsx';
import { SoundOption } from './sound-option.tsx';
import { useVideoEncoding } from './use-video-encoding.ts';

interface Props {
  readonly choice: ExportChoice;
  readonly info: VideoInfo;
  readonly onChoose: (choice: ExportChoice) => void;
}

const SIZES = [
  { value: 'clip', label: 'As the clip' },
  { value: 'half', label: 'Half' },
  { value: 'preview', label: 'Preview' },
] as const;

/** Which kind of video file, how large its pictures are, and whether the sound goes with it. */
export function VideoOptions({ choice, info, onChoose }: Props) {
  const isTransparent = isTransparentChoice(choice);
  const container = isTransparent ? 'webm' : choice.container;
  const encoding = useVideoEncoding(choice);
  return (
    <>
      <Option label="File">
        <Segmented
          label="File"
          value={container}
          options={[
            { value: 'mp4', label: 'MP4', isDisabled: isTransparent },
            { value: 'webm', label: 'WebM' },
          ]}
          onChoose={(next) => onChoose({ ...choice, container: next })}
        />
        <p className="export-note" aria-live="polite">
          {encoding !== undefined &&
            (encoding.codec ?? 'This browser cannot encode it; choose another.')}
        </p>
      </Option>
      <Select
        label="Size"
        value={choice.size}
        options={SIZES.map(({ value, label }) => {
          const { width, height } = videoPictureSize(choice, value, info);
          return { value, label: `${label}, ${width} × ${height}` };
        })}
        onChoose={(size) => onChoose({ ...choice, size })}
      />
      <SoundOption
        choice={choice}
        sound={encoding?.sound}
        container={container}
        onChoose={onChoose}
      />
    </>
  );
}
