import { Switch as Radix } from 'radix-ui';
import { useId } from 'react';
import './switch.css';

interface Props {
  readonly label: string;
  /** A second, quiet line. */
  readonly detail?: string;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onToggle: () => void;
}

/** Something that is on or off. */
export function Switch({ label, detail, isOn, isDisabled = false, onToggle }: Props) {
  const id = useId();
  return (
    <div className="switch-field">
      <label htmlFor={id}>
        {label}
        {detail !== undefined && <small>{detail}</small>}
      </label>
      <Radix.Root
        id={id}
        className="switch"
        checked={isOn}
        disabled={isDisabled}
        onCheckedChange={onToggle}
      >
        <Radix.Thumb className="switch-thumb" />
      </Radix.Root>
    </div>
  );
}
