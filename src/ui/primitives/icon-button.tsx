import type { ComponentProps } from 'react';
import './button.css';
import { Tooltip } from './tooltip.tsx';

interface Props extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** What it does; read out and shown on hover. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly size?: 'normal' | 'small';
}

/** A button that is only an icon, with its name and its key on hover. */
export function IconButton({ label, keys, side, size = 'normal', className, ...rest }: Props) {
  const sizeClass = size === 'small' ? 'icon-button-small' : '';
  return (
    <Tooltip label={label} keys={keys} {...(side === undefined ? {} : { side })}>
      <button
        type="button"
        aria-label={label}
        className={`icon-button ${sizeClass} ${className ?? ''}`}
        {...rest}
      />
    </Tooltip>
  );
}
