import type { Studio } from '../../../store/studio-store.ts';
import type { StudioState } from '../../../store/studio-state.ts';

/** A press of a key together with those held down. */
export interface Chord {
  /** As users read it, keys apart by a space: `Shift ←`. */
  readonly keys: string;
  /** `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
  readonly shift?: boolean;
  readonly alt?: boolean;
  /** Ctrl, or Command on a Mac. */
  readonly mod?: boolean;
}

/** What commands work with. */
export type Page = Pick<Studio, 'actions' | 'store'>;

/**
 * One thing that a user can do. From this the keys, the sheet of shortcuts and the palette come, so
 * that none of them can say what another does not.
 */
export interface CommandEntry<Id extends string = string> {
  readonly id: Id;
  /** What it does, in the imperative. */
  readonly label: string;
  /** Absent: it has no key, and the sheet leaves it out. */
  readonly chord?: Chord;
  /** Does the same, and is not shown. */
  readonly otherChord?: Omit<Chord, 'keys'>;
  /** Other words by which it may be searched for. */
  readonly words?: string;
  /** Whether it means nothing but as a key, so that the palette leaves it out. */
  readonly isKeyOnly?: boolean;
  /**
   * Why it cannot be done now, as a sentence; absent when it can. The palette shows it. Keys do not
   * ask: the actions refuse by themselves, and say so where the user should know.
   */
  readonly obstacle?: (state: StudioState) => string | undefined;
  readonly run: (page: Page) => void;
}

/** Commands that belong together, under a heading. */
export interface CommandGroup<Id extends string = string> {
  readonly title: string;
  readonly commands: readonly CommandEntry<Id>[];
}

/** The key of a letter, alone. */
export function letter(upper: string): Chord {
  return { keys: upper, key: upper.toLowerCase() };
}
