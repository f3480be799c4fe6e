import { useId } from 'react';
import { useActions, useSelected } from '../studio-context.tsx';
import { PROTOCOLS } from './protocols.ts';

/** Whose rules the scores follow. */
export function ProtocolChoice() {
  const textId = useId();
  const { groundTruth } = useActions();
  const protocol = useSelected((state) => state.groundTruth.protocol);
  const chosen = PROTOCOLS.find(({ value }) => value === protocol);
  return (
    <div className="gt-protocol">
      <label className="gt-protocol-field">
        <span className="panel-heading">Scores by the rules of</span>
        <select
          className="gt-select"
          value={protocol}
          aria-describedby={textId}
          onChange={(event) => {
            const choice = PROTOCOLS.find(({ value }) => value === event.currentTarget.value);
            if (choice !== undefined) groundTruth.chooseProtocol(choice.value);
          }}
        >
          {PROTOCOLS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <p id={textId} className="gt-quiet">
        {chosen?.meaning}
      </p>
    </div>
  );
}
