import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { AlertSeverity } from '../../store/alerts-slice.ts';

const ICONS = {
  info: <Info />,
  success: <CircleCheck />,
  warning: <TriangleAlert />,
  error: <CircleAlert />,
} as const;

const NAMES = { info: 'Note', success: 'Done', warning: 'Warning', error: 'Error' } as const;

/** The severity as a sign and, for screen readers, as a word. */
export function AlertIcon({ severity }: { readonly severity: AlertSeverity }) {
  return (
    <span className={`alert-icon alert-${severity}`}>
      {ICONS[severity]}
      <span className="visually-hidden">{NAMES[severity]}: </span>
    </span>
  );
}
