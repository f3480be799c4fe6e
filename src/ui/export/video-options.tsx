import type { ExportChoice } from '../../store/export-choice.ts';
import { isTransparentChoice, videoPictureSize } from '../../store/export-format.ts';
import type { VideoInfo } from '../../store/video-slice.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { Select } from '../primitives/select.tsx';
import { CodecLine } from './codec-line.tsx';
import { Option } from './option.tsx';

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

/** Which kind of video file, and how large its pictures are. */
export function VideoOptions({ choice, info, onChoose }: Props) {
  const isTransparent = isTransparentChoice(choice);
  return (
    <>
      <Option label="File">
        <Segmented
          label="File"
          value={isTransparent ? 'webm' : choice.container}
          options={[
            { value: 'mp4', label: 'MP4', isDisabled: isTransparent },
            { value: 'webm', label: 'WebM' },
          ]}
          onChoose={(container) => onChoose({ ...choice, container })}
        />
        <CodecLine choice={choice} />
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
    </>
  );
}
