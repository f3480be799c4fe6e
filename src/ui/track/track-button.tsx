import type { ReactNode } from 'react';
import { Button } from '../primitives/button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';

interface Props {
  readonly label: string;
  readonly keys: string;
  readonly isPrimary?: boolean;
  /** Why it cannot be pressed now. */
  readonly obstacle: string | undefined;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** Stays reachable while it cannot be used, so that it can say why. */
export function TrackButton(props: Props) {
  const { label, keys, isPrimary = false, obstacle, onClick, children } = props;
  return (
    <Tooltip label={obstacle ?? `${label}, from the shown frame`} keys={keys} side="top">
      <Button
        look={isPrimary ? 'primary' : 'plain'}
        className="track-button"
        aria-disabled={obstacle !== undefined}
        onClick={() => obstacle === undefined && onClick()}
      >
        {children}
        {label}
      </Button>
    </Tooltip>
  );
}
