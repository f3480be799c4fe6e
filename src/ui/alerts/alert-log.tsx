import { Bell } from 'lucide-react';
import { Button } from '../primitives/button.tsx';
import { Popover } from '../primitives/popover.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { AlertIcon } from './alert-icon.tsx';
import './alerts.css';

/** All messages of this visit, newest first. */
export function AlertLog() {
  const { alerts } = useActions();
  const log = useSelected((state) => state.alerts.log);
  const problems = log.filter((alert) => alert.severity === 'error').length;
  const label = problems === 0 ? 'Messages' : `Messages, ${problems} of them errors`;
  return (
    <Popover
      label="Messages"
      className="log"
      align="end"
      trigger={
        <button type="button" className="icon-button log-button" aria-label={label} title={label}>
          <Bell />
          {problems > 0 && <span className="log-count">{problems}</span>}
        </button>
      }
    >
      <div className="log-head">
        <h2 className="panel-heading">Messages</h2>
        <Button look="ghost" disabled={log.length === 0} onClick={() => alerts.clearLog()}>
          Clear
        </Button>
      </div>
      {log.length === 0 && <p className="log-empty">Nothing to report.</p>}
      <ul>
        {log.toReversed().map((alert) => (
          <li key={alert.id} className="log-row">
            <AlertIcon severity={alert.severity} />
            <div className="toast-text">
              <p>{alert.message}</p>
              {alert.hint !== undefined && <p className="toast-hint">{alert.hint}</p>}
              {alert.action?.kind === 'reload' && (
                <Button onClick={() => void alerts.follow(alert.id)}>Reload</Button>
              )}
            </div>
            <time className="log-time numbers" dateTime={alert.at}>
              {new Date(alert.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
            </time>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
