import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import './controls.css';

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly {
    readonly value: T;
    readonly label: ReactNode;
    /** Where the label holds more than the choice's name: that name, and the rest in words. */
    readonly spoken?: { readonly name: string; readonly description: string };
    readonly isDisabled?: boolean;
  }[];
  readonly onChoose: (value: T) => void;
}

/** A few choices side by side, one of them on. */
export function Segmented<T extends string>({ label, value, options, onChoose }: Props<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      className="segmented"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option !== undefined) onChoose(option.value);
      }}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="segment"
          disabled={option.isDisabled ?? false}
          aria-label={option.spoken?.name}
          aria-description={option.spoken?.description}
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
