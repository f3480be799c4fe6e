import type { ComponentProps } from 'react';
import './button.css';

interface Props extends ComponentProps<'button'> {
  readonly look?: 'primary' | 'plain' | 'ghost' | 'danger';
}

/** A button with a text. */
export function Button({ look = 'plain', className = '', ...rest }: Props) {
  return <button type="button" className={`button button-${look} ${className}`} {...rest} />;
}
