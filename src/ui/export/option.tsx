import type { ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly children: ReactNode;
}

/** A control of the export dialog under its name, which the control itself says to readers. */
export function Option({ label, children }: Props) {
  return (
    <div className="export-option">
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}
