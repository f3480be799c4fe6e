import { Check, ChevronRight } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Keys } from './keys.tsx';
import './menu.css';

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly align?: 'start' | 'center' | 'end';
  /** It has closed, and its button has the focus again. */
  readonly onClosed?: () => void;
  readonly children: ReactNode;
}

/** A button with a menu behind it. */
export function Menu({ trigger, align = 'start', onClosed, children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      {/* No portal: the menu stays in the landmark that its button is in. */}
      <Radix.Content
        className="menu"
        align={align}
        sideOffset={6}
        collisionPadding={8}
        // Radix gives the focus back right after this.
        onCloseAutoFocus={() => onClosed !== undefined && queueMicrotask(onClosed)}
      >
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}

interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly keys?: string;
  /** A second, quiet line. */
  readonly detail?: string;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

/** One thing to do. */
export function MenuItem(props: MenuItemProps) {
  const { icon, keys, detail, isDanger = false, isDisabled = false, onSelect, children } = props;
  return (
    <Radix.Item
      className={`menu-item ${isDanger ? 'menu-item-danger' : ''}`}
      disabled={isDisabled}
      onSelect={onSelect}
    >
      <span className="menu-icon">{icon}</span>
      <span className="menu-text">
        {children}
        {detail !== undefined && <small>{detail}</small>}
      </span>
      {keys !== undefined && <Keys keys={keys} />}
    </Radix.Item>
  );
}

interface SubmenuProps {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
}

/** An item with items of its own. */
export function Submenu({ label, icon, isDisabled = false, children }: SubmenuProps) {
  return (
    <Radix.Sub>
      <Radix.SubTrigger className="menu-item" disabled={isDisabled}>
        <span className="menu-icon">{icon}</span>
        <span className="menu-text">{label}</span>
        <ChevronRight className="menu-more" aria-hidden="true" />
      </Radix.SubTrigger>
      <Radix.SubContent className="menu" sideOffset={4} collisionPadding={8}>
        {children}
      </Radix.SubContent>
    </Radix.Sub>
  );
}

interface MenuChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
}

/** One of several; the chosen one is ticked. */
export function MenuChoice<T extends string>(props: MenuChoiceProps<T>) {
  const { label, value, options, onChoose } = props;
  return (
    <Radix.RadioGroup value={value} aria-label={label}>
      {options.map((option) => (
        <Radix.RadioItem
          key={option.value}
          className="menu-item"
          value={option.value}
          onSelect={() => onChoose(option.value)}
        >
          <span className="menu-icon">
            <Radix.ItemIndicator>
              <Check />
            </Radix.ItemIndicator>
          </span>
          <span className="menu-text">{option.label}</span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

/** A line between two groups of items. */
export function MenuSeparator() {
  return <Radix.Separator className="menu-separator" />;
}
