import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { invariant } from '../core/assert.ts';
import type { Studio, StudioActions } from '../store/studio-store.ts';
import type { StudioState } from '../store/studio-state.ts';

const StudioContext = createContext<Studio | undefined>(undefined);

interface Props {
  readonly studio: Studio;
  readonly children: ReactNode;
}

/** Gives every component below the one store and its actions. */
export function StudioProvider({ studio, children }: Props) {
  return <StudioContext value={studio}>{children}</StudioContext>;
}

/** The store and its actions, for code that listens outside React. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  invariant(studio !== undefined, 'a component stands outside StudioProvider');
  return studio;
}

/** A narrow part of the state; the component is drawn again only when that part changes. */
export function useSelected<T>(selector: (state: StudioState) => T): T {
  return useStore(useStudio().store, selector);
}

/** The verbs; they stay the same for the life of the page. */
export function useActions(): StudioActions {
  return useStudio().actions;
}
