import type { ComponentType } from 'react';
import { useLoaded } from './use-loaded.ts';

interface Props {
  /** Stays the same from render to render. */
  readonly load: () => Promise<ComponentType>;
  /** Told when it does not come, besides the user; stays the same from render to render. */
  readonly onFailure?: () => void;
}

/** A part of the page whose code comes when it is first shown; the page is there sooner without it. */
export function Loaded({ load, onFailure }: Props) {
  const Part = useLoaded(load, onFailure);
  return Part === undefined ? null : <Part />;
}
