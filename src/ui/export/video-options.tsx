import { chosenFile, isTransparentChoice, type ExportChoice } from '../../store/export-choice.ts';
import { videoPictureSize, type VideoEncoding } from '../../store/export-format.ts';
import type { VideoInfo } from '../../store/video-slice.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { Select } from '../primitives/select.tsx';
import { GifOptions } from './gif-options.tsx';
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

/** Which kind of video file, how large its pictures are, and what else that file can have. */
export function VideoOptions({ choice, info, onChoose }: Props) {
  const file = chosenFile(choice);
  const encoding = useVideoEncoding(choice);
  return (
    <>
      <Option label="File">
        <Segmented
          label="File"
          value={file}
          options={[
            { value: 'mp4', label: 'MP4', isDisabled: isTransparentChoice(choice) },
            { value: 'webm', label: 'WebM' },
            { value: 'gif', label: 'GIF' },
          ]}
          onChoose={(container) => onChoose({ ...choice, container })}
        />
        <p className="export-note" aria-live="polite">
          {file === 'gif' ? 'No sound, and at most 256 colours a picture.' : codecText(encoding)}
        </p>
      </Option>
      {file === 'gif' ? (
        <GifOptions choice={choice} info={info} onChoose={onChoose} />
      ) : (
        <>
          <Select
            label="Size"
            value={choice.size}
            options={SIZES.map(({ value, label }) => {
              const { width, height } = videoPictureSize(choice, value, info);
              return { value, label: `${label}, ${width} × ${height}` };
            })}
            onChoose={(size) => onChoose({ ...choice, size })}
          />
          <SoundOption choice={choice} sound={encoding?.sound} file={file} onChoose={onChoose} />
        </>
      )}
    </>
  );
}

function codecText(encoding: VideoEncoding | undefined): string {
  if (encoding === undefined) return '';
  return encoding.codec ?? 'This browser cannot encode it; choose another.';
}
