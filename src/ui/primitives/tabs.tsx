import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import './tabs.css';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly tabs: readonly {
    readonly value: T;
    readonly label: string;
    /** A figure behind the name. */
    readonly note?: string | undefined;
  }[];
  /** Of the shortcut that goes to the next tab, as `aria-keyshortcuts` has it. */
  readonly keys?: string;
  readonly onChoose: (value: T) => void;
  /** A `TabPanel` for each tab. */
  readonly children: ReactNode;
}

/** Panels of which one is shown, under their names side by side. */
export function Tabs<T extends string>(props: TabsProps<T>) {
  const { label, value, tabs, keys, onChoose, children } = props;
  return (
    <Radix.Root
      className="tabs"
      value={value}
      onValueChange={(next) => {
        const tab = tabs.find((candidate) => candidate.value === next);
        if (tab !== undefined) onChoose(tab.value);
      }}
    >
      <Radix.List className="tab-list" aria-label={label} aria-keyshortcuts={keys}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className="tab">
            {tab.label}
            {tab.note !== undefined && <span className="tab-note numbers">{tab.note}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {children}
    </Radix.Root>
  );
}

interface TabPanelProps {
  readonly value: string;
  /** Keeps what is in it while another tab is shown. */
  readonly isKept?: boolean;
  readonly children: ReactNode;
}

/** What a tab shows. */
export function TabPanel({ value, isKept = false, children }: TabPanelProps) {
  return (
    <Radix.Content
      value={value}
      className="tab-panel"
      // All in it can be reached by itself.
      tabIndex={-1}
      {...(isKept ? { forceMount: true } : {})}
    >
      {children}
    </Radix.Content>
  );
}
