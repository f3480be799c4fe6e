import { formatAboutBytes } from '../../store/format.ts';
import { estimateFor } from '../../store/models-slice.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

const SIZES = ['auto', '128', '256', '512', '1024'] as const;

/** The side of the model's image, with what each would take of the device's memory. */
export function ImageSizeField() {
  const { models } = useActions();
  const slice = useSelected((state) => state.models);
  const { imageSize, ...others } = slice.preferences;
  const choose = (size: (typeof SIZES)[number]) =>
    void models.setPreferences(size === 'auto' ? others : { ...others, imageSize: Number(size) });
  const options = SIZES.map((value) => {
    const estimate = value === 'auto' ? undefined : estimateFor(slice, Number(value));
    return {
      value,
      isDisabled: estimate?.fits === false,
      label: <SizeLabel size={value} bytes={estimate?.bytes} />,
      ...(estimate && {
        spoken: { name: value, description: `about ${formatAboutBytes(estimate.bytes)} of memory` },
      }),
    };
  });
  const tooLarge = options.filter(({ isDisabled }) => isDisabled).map(({ value }) => value);
  return (
    <div className="model-field">
      <span>Image size</span>
      <Segmented
        label="Image size in pixels"
        value={SIZES.find((size) => size === String(imageSize)) ?? 'auto'}
        options={options}
        onChoose={choose}
      />
      <small>
        {tooLarge.length > 0
          ? `This device has not the memory for ${tooLarge.join(' and ')} with this model.`
          : 'Larger sees finer detail, and takes more time and memory.'}
      </small>
    </div>
  );
}

interface LabelProps {
  readonly size: (typeof SIZES)[number];
  readonly bytes: number | undefined;
}

function SizeLabel({ size, bytes }: LabelProps) {
  return (
    <span className="size-choice">
      {size === 'auto' ? 'Auto' : size}
      {bytes !== undefined && <small className="numbers">{formatAboutBytes(bytes)}</small>}
    </span>
  );
}
