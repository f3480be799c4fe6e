import { Popover as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import './menu.css';

interface Props {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly label: string;
  readonly className?: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  /** Absent: it opens and closes by itself. */
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly children: ReactNode;
}

/** A button with a small panel behind it. */
export function Popover(props: Props) {
  const { trigger, label, className = '', align = 'center', side = 'bottom', children } = props;
  const { isOpen, onOpenChange } = props;
  return (
    <Radix.Root
      {...(isOpen === undefined ? {} : { open: isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={`popover ${className}`}
          aria-label={label}
          align={align}
          side={side}
          sideOffset={8}
          collisionPadding={8}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
