import { Segmented } from '../primitives/segmented.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

const PRECISIONS = [
  { value: 'auto', label: 'Auto' },
  { value: 'fp32', label: 'Float32' },
] as const;

/** Whether the networks may compute in float16. */
export function PrecisionField() {
  const { models } = useActions();
  const { precision = 'auto', ...others } = useSelected((state) => state.models.preferences);
  return (
    <div className="model-field">
      <span>Precision</span>
      <Segmented
        label="Precision"
        value={precision}
        options={PRECISIONS}
        onChoose={(choice) =>
          void models.setPreferences(choice === 'auto' ? others : { ...others, precision: choice })
        }
      />
      <small>Auto takes float16 for half of the work where the GPU and the model allow it.</small>
    </div>
  );
}
