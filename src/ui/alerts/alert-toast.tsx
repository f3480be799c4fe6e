import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Alert, AlertAction } from '../../store/alerts-slice.ts';
import { Button } from '../primitives/button.tsx';
import { useActions } from '../studio-context.tsx';
import { AlertIcon } from './alert-icon.tsx';

interface Props {
  readonly alert: Alert;
}

/**
 * Errors, and the offer of a new version, stay until they are put away; the rest goes by itself, but
 * not under the pointer.
 */
const SHOWN_MS = { info: 6000, success: 5000, warning: 14_000 } as const;
/** An offer takes longer to decide on than a message to read. */
const OFFER_MS = 12_000;
const ACTION_LABELS: Record<AlertAction['kind'], string> = {
  undo: 'Undo',
  'restart-engine': 'Start again',
  'save-again': 'Save again',
  'start-over': 'Start over',
  reload: 'Reload',
};

/** One message over the stage, with what can be done about it. */
export function AlertToast({ alert }: Props) {
  const { alerts } = useActions();
  const [isHeld, setHeld] = useState(false);
  const { id, severity, action } = alert;
  const kind = action?.kind;
  useEffect(() => {
    if (severity === 'error' || kind === 'reload' || isHeld) return undefined;
    const shownMs = Math.max(SHOWN_MS[severity], kind === undefined ? 0 : OFFER_MS);
    const timer = setTimeout(() => alerts.dismiss(id), shownMs);
    return () => clearTimeout(timer);
  }, [alerts, id, severity, kind, isHeld]);
  return (
    <div
      className="toast"
      role={severity === 'error' ? 'alert' : 'group'}
      aria-label={alert.message}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <AlertIcon severity={severity} />
      <div className="toast-text">
        <p>{alert.message}</p>
        {alert.hint !== undefined && <p className="toast-hint">{alert.hint}</p>}
        {kind !== undefined && (
          <Button onClick={() => void alerts.follow(id)}>{ACTION_LABELS[kind]}</Button>
        )}
      </div>
      <button
        type="button"
        className="icon-button icon-button-small"
        aria-label="Put away"
        onClick={() => alerts.dismiss(id)}
      >
        <X />
      </button>
    </div>
  );
}
