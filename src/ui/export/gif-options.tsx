import type { ExportChoice } from '../../store/export-choice.ts';
import { gifPictureSize } from '../../store/export-format.ts';
import type { VideoInfo } from '../../store/video-slice.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { Select } from '../primitives/select.tsx';
import { Option } from './option.tsx';

interface Props {
  readonly choice: ExportChoice;
  readonly info: VideoInfo;
  readonly onChoose: (choice: ExportChoice) => void;
}

const SIDES_PX = [320, 480] as const;
const RATES = [5, 10, 15] as const;

/** How large a GIF's pictures are, and how many of them there are. */
export function GifOptions({ choice, info, onChoose }: Props) {
  return (
    <>
      <Select
        label="Size"
        value={String(choice.gifSidePx)}
        options={SIDES_PX.map((sidePx) => {
          const { width, height } = gifPictureSize(choice, sidePx, info);
          return { value: String(sidePx), label: `${width} × ${height}` };
        })}
        onChoose={(value) => {
          const gifSidePx = SIDES_PX.find((sidePx) => String(sidePx) === value);
          if (gifSidePx !== undefined) onChoose({ ...choice, gifSidePx });
        }}
      />
      <Option label="Pictures a second">
        <Segmented
          label="Pictures a second"
          value={String(choice.gifRate)}
          options={RATES.map((rate) => ({ value: String(rate), label: rate }))}
          onChoose={(value) => {
            const gifRate = RATES.find((rate) => String(rate) === value);
            if (gifRate !== undefined) onChoose({ ...choice, gifRate });
          }}
        />
      </Option>
    </>
  );
}
