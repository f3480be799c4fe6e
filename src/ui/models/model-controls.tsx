import { RotateCcw } from 'lucide-react';
import { Button } from '../primitives/button.tsx';
import { Segmented } from '../primitives/segmented.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ImageSizeField } from './image-size-field.tsx';
import { MemoryEstimates } from './memory-estimates.tsx';
import { ModelButtons } from './model-buttons.tsx';
import { PrecisionField } from './precision-field.tsx';

const BACKENDS = [
  { value: 'auto', label: 'Auto' },
  { value: 'webgpu', label: 'WebGPU' },
  { value: 'wasm', label: 'WASM' },
] as const;

const CORRECTIONS = [
  { value: 'keep', label: 'Keep' },
  { value: 'condition', label: 'Hold everywhere' },
  { value: 'reference', label: 'As the reference' },
] as const;
const CORRECTION_NOTES = {
  keep: 'A corrected frame keeps its mask; frames tracked after it follow.',
  condition: 'A corrected frame guides the whole clip, as a first prompt does.',
  reference: 'Tracking over a corrected frame computes it anew, as SAM 2’s own predictor does.',
} as const;

/** Which model to run, and how. A change loads the model again. */
export function ModelControls() {
  const { models } = useActions();
  const preferences = useSelected((state) => state.models.preferences);
  const corrections = useSelected((state) => state.models.corrections);
  const isStopped = useSelected((state) => state.models.engine.status === 'stopped');
  return (
    <section className="model-controls" aria-label="Change the model">
      {isStopped && (
        <Button look="primary" onClick={() => void models.restartEngine()}>
          <RotateCcw />
          Start the engine again
        </Button>
      )}
      <ImageSizeField />
      <div className="model-field">
        <span>Backend</span>
        <Segmented
          label="Backend"
          value={preferences.backend}
          options={BACKENDS}
          onChoose={(backend) => void models.setPreferences({ ...preferences, backend })}
        />
      </div>
      <PrecisionField />
      <div className="model-field">
        <span>Corrections</span>
        <Segmented
          label="What becomes of corrections"
          value={corrections}
          options={CORRECTIONS}
          onChoose={(choice) => void models.setCorrections(choice)}
        />
        <small>{CORRECTION_NOTES[corrections]}</small>
      </div>
      <ModelButtons />
      <MemoryEstimates />
    </section>
  );
}
