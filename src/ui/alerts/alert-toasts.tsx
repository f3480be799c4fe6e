import { useShallow } from 'zustand/react/shallow';
import { useSelected } from '../studio-context.tsx';
import { AlertToast } from './alert-toast.tsx';
import { TransferToast } from './transfer-toast.tsx';
import './alerts.css';

/** How many toasts are on the screen at once; the rest are in the log. */
const SHOWN = 4;

/** The newest messages, and what is being read or written, over the corner of the stage. */
export function AlertToasts() {
  const alerts = useSelected(
    useShallow((state) => state.alerts.log.filter((alert) => alert.isShown).slice(-SHOWN)),
  );
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      <TransferToast />
      {alerts.map((alert) => (
        <AlertToast key={alert.id} alert={alert} />
      ))}
    </section>
  );
}
