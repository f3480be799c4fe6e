import type { ExportChoice } from '../../store/export-choice.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { Option } from './option.tsx';

interface Props {
  readonly choice: ExportChoice;
  readonly onChoose: (choice: ExportChoice) => void;
}

const REGIONS = [
  { value: 'background', label: 'The background' },
  { value: 'objects', label: 'The objects' },
] as const;

const STRENGTHS = [
  { value: 'light', label: 'Light' },
  { value: 'medium', label: 'Medium' },
  { value: 'strong', label: 'Strong' },
] as const;

const BACKGROUNDS = [
  { value: '#00b140', label: 'Green' },
  { value: '#000000', label: 'Black' },
  { value: '#ffffff', label: 'White' },
  { value: 'transparent', label: 'Nothing' },
] as const;

/** What only some looks of videos have. */
export function LookOptions({ choice, onChoose }: Props) {
  const { look, region, strength, background } = choice;
  const hides = look === 'blur' || look === 'pixelate';
  return (
    <>
      {hides && (
        <Option label="Hide">
          <Segmented
            label="Hide"
            value={region}
            options={REGIONS}
            onChoose={(value) => onChoose({ ...choice, region: value })}
          />
        </Option>
      )}
      {(hides || look === 'spotlight') && (
        <Option label="Strength">
          <Segmented
            label="Strength"
            value={strength}
            options={STRENGTHS}
            onChoose={(value) => onChoose({ ...choice, strength: value })}
          />
        </Option>
      )}
      {look === 'cut-out' && (
        <Option label="Behind the objects">
          <Segmented
            label="Behind the objects"
            value={background}
            options={BACKGROUNDS.map((option) => ({ ...option, value: option.value as string }))}
            onChoose={(value) => onChoose({ ...choice, background: value })}
          />
        </Option>
      )}
    </>
  );
}
