import { useId } from 'react';
import './controls.css';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value as users read it: `45 %`. */
  readonly text: string;
  readonly onChange: (value: number) => void;
}

/** A number on a slider, with its name and its value in words. */
export function RangeField({ label, value, min, max, step, text, onChange }: Props) {
  const id = useId();
  return (
    <div className="range-field">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id} className="numbers">
        {text}
      </output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
