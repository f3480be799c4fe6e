import { COMMAND_GROUPS, type Command } from './commands.ts';
import type { Chord } from './commands/command.ts';

/** What of a keyboard event decides. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

interface Shortcut extends Chord {
  readonly label: string;
  readonly command: Command;
}

interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** All keys, as the sheet shows them. */
export const SHORTCUT_GROUPS: readonly ShortcutGroup[] = COMMAND_GROUPS.map(
  ({ title, commands }) => ({
    title,
    shortcuts: commands.flatMap(({ id, label, chord }) =>
      chord === undefined ? [] : [{ ...chord, label, command: id }],
    ),
  }),
).filter(({ shortcuts }) => shortcuts.length > 0);

interface Hint {
  readonly keys: string;
  readonly label: string;
}

/** What keys do while they aim on the stage, for the sheet. */
export const AIM_HINTS: readonly Hint[] = [
  { keys: '← ↑ → ↓', label: 'Move the cross' },
  { keys: 'Shift ← ↑ → ↓', label: 'Move it farther' },
  { keys: 'Enter', label: 'Add a point; begin or end a box or a stroke' },
  { keys: 'Shift Enter', label: 'Take from it' },
  { keys: 'Esc', label: 'Cancel what was begun, or stop aiming' },
];

/** What the mouse does, for the sheet. */
export const POINTER_HINTS: readonly Hint[] = [
  { keys: 'Click', label: 'Add to the object' },
  { keys: 'Right click', label: 'Take from it (also Alt click)' },
  { keys: 'Wheel', label: 'Zoom at the pointer' },
  { keys: 'Shift wheel', label: 'Brush size, or look sideways' },
  { keys: 'Space drag', label: 'Move the frame (also middle drag)' },
  { keys: '1 … 9', label: 'Select the object with this number' },
];

const ALL = COMMAND_GROUPS.flatMap((group) => group.commands);

/** The command of a key press; absent when the key means nothing. */
export function commandOf(press: KeyPress): Command | undefined {
  const isMod = press.ctrlKey || press.metaKey;
  if (/^[1-9]$/.test(press.key) && !isMod && !press.altKey) {
    return { selectNumber: Number(press.key) };
  }
  return ALL.find(
    ({ chord, otherChord }) => isPressed(chord, press) || isPressed(otherChord, press),
  )?.id;
}

function isPressed(chord: Omit<Chord, 'keys'> | undefined, press: KeyPress): boolean {
  const key = press.key.toLowerCase();
  if (chord?.key !== key) return false;
  const isMod = press.ctrlKey || press.metaKey;
  if (isMod !== (chord.mod ?? false) || press.altKey !== (chord.alt ?? false)) return false;
  // Where a sign is on the keyboard, and whether it needs Shift or AltGr, differs by layout.
  return isSign(key) || press.shiftKey === (chord.shift ?? false);
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[a-z0-9 ]/.test(key);
}
