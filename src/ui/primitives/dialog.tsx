import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useFocusReturn } from './use-focus-return.ts';
import './dialog.css';

interface Props {
  readonly title: string;
  /** One sentence under the title. */
  readonly description: string;
  /** `full`: as large as the window, its content laid out to fill it. */
  readonly width?: 'narrow' | 'wide' | 'full';
  /** `top`: content that grows while it is looked at does not move what stands above it. */
  readonly place?: 'middle' | 'top';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** An open dialog; the caller takes it away on `onClose`, and the focus goes back to where it was. */
export function Dialog(props: Props) {
  const { title, description, width = 'narrow', place = 'middle', onClose, children } = props;
  const returnFocus = useFocusReturn();
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-overlay" />
        <Radix.Content
          className={`dialog dialog-${width} dialog-${place}`}
          onCloseAutoFocus={returnFocus}
        >
          <header className="dialog-header">
            <div>
              <Radix.Title className="dialog-title">{title}</Radix.Title>
              <Radix.Description className="dialog-description">{description}</Radix.Description>
            </div>
            <Radix.Close className="icon-button" aria-label="Close">
              <X />
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
