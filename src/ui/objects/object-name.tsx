import { useState } from 'react';
import type { ObjectId } from '../../core/ids.ts';
import { useActions } from '../studio-context.tsx';

interface Props {
  readonly id: ObjectId;
  readonly name: string;
  /** @param isByKey whether a key ended it, so that the focus has nowhere to be */
  readonly onDone: (isByKey: boolean) => void;
}

/** The name while it is edited: Enter or leaving keeps it, Escape does not. */
export function ObjectName({ id, name, onDone }: Props) {
  const { tracklets } = useActions();
  const [text, setText] = useState(name);
  const keep = (isByKey: boolean) => {
    tracklets.rename(id, text);
    onDone(isByKey);
  };
  return (
    <input
      // The field appears because the user asked to type into it.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      className="object-input"
      aria-label={`Name of ${name}`}
      value={text}
      maxLength={80}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => keep(false)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep(true);
        if (event.key === 'Escape') onDone(true);
      }}
    />
  );
}
