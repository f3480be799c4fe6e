import type { Command } from './commands.ts';

/** What of a keyboard event decides. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

interface Shortcut {
  /** As users read it, keys apart by a space. */
  readonly keys: string;
  readonly label: string;
  readonly command: Command;
  /** `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
  readonly shift?: boolean;
  readonly alt?: boolean;
  /** Ctrl, or Command on a Mac. */
  readonly mod?: boolean;
}

interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** All keys, as the sheet shows them. */
export const SHORTCUT_GROUPS: readonly ShortcutGroup[] = [
  {
    title: 'Play and scrub',
    shortcuts: [
      { keys: 'Space', key: ' ', label: 'Play or pause', command: 'toggle-play' },
      { keys: '←', key: 'arrowleft', label: 'One frame back', command: 'step-back' },
      { keys: '→', key: 'arrowright', label: 'One frame on', command: 'step-forward' },
      {
        keys: 'Shift ←',
        key: 'arrowleft',
        shift: true,
        label: 'Ten frames back',
        command: 'step-back-10',
      },
      {
        keys: 'Shift →',
        key: 'arrowright',
        shift: true,
        label: 'Ten frames on',
        command: 'step-forward-10',
      },
      { keys: '↑', key: 'arrowup', label: 'Previous prompt', command: 'previous-prompt' },
      { keys: '↓', key: 'arrowdown', label: 'Next prompt', command: 'next-prompt' },
      { keys: 'Home', key: 'home', label: 'First frame', command: 'first-frame' },
      { keys: 'End', key: 'end', label: 'Last frame', command: 'last-frame' },
    ],
  },
  {
    title: 'Prompt',
    shortcuts: [
      { keys: 'P', key: 'p', label: 'Add with points', command: 'tool-point' },
      { keys: 'X', key: 'x', label: 'Switch between add and take', command: 'toggle-label' },
      { keys: 'B', key: 'b', label: 'Box', command: 'tool-box' },
      { keys: 'H', key: 'h', label: 'Move the frame', command: 'tool-hand' },
      {
        keys: 'Backspace',
        key: 'backspace',
        label: 'Take back the last point',
        command: 'remove-last-prompt',
      },
      {
        keys: 'Shift Backspace',
        key: 'backspace',
        shift: true,
        label: 'Clear this frame’s prompts',
        command: 'clear-frame-prompts',
      },
      { keys: 'Esc', key: 'escape', label: 'Cancel the drag, tool, selection', command: 'escape' },
    ],
  },
  {
    title: 'Objects and tracking',
    shortcuts: [
      { keys: 'N', key: 'n', label: 'New object', command: 'add-object' },
      { keys: '[', key: '[', label: 'Previous object', command: 'previous-object' },
      { keys: ']', key: ']', label: 'Next object', command: 'next-object' },
      { keys: 'V', key: 'v', label: 'Hide or show the object', command: 'toggle-object' },
      { keys: 'T', key: 't', label: 'Track forward', command: 'track-forward' },
      {
        keys: 'Shift T',
        key: 't',
        shift: true,
        label: 'Track both ways',
        command: 'track-both',
      },
      { keys: 'R', key: 'r', label: 'Track backward', command: 'track-backward' },
    ],
  },
  {
    title: 'Ground truth',
    shortcuts: [
      { keys: 'G', key: 'g', label: 'Objects or scores', command: 'toggle-panel' },
      { keys: 'U', key: 'u', label: 'Show the true masks', command: 'compare-truth' },
      { keys: 'O', key: 'o', label: 'Show both as outlines', command: 'compare-outlines' },
      { keys: 'E', key: 'e', label: 'Show the errors', command: 'compare-errors' },
      { keys: ',', key: ',', label: 'Previous annotated frame', command: 'previous-annotated' },
      { keys: '.', key: '.', label: 'Next annotated frame', command: 'next-annotated' },
      { keys: 'W', key: 'w', label: 'Next worst frame', command: 'next-worst' },
    ],
  },
  {
    title: 'View',
    shortcuts: [
      { keys: '+', key: '+', label: 'Zoom in', command: 'zoom-in' },
      { keys: '−', key: '-', label: 'Zoom out', command: 'zoom-out' },
      { keys: 'F', key: 'f', label: 'Fit the frame', command: 'zoom-fit' },
      { keys: 'Z', key: 'z', label: 'Actual size', command: 'zoom-actual' },
      { keys: 'Alt ←', key: 'arrowleft', alt: true, label: 'Look left', command: 'pan-left' },
      { keys: 'Alt →', key: 'arrowright', alt: true, label: 'Look right', command: 'pan-right' },
      { keys: 'Alt ↑', key: 'arrowup', alt: true, label: 'Look up', command: 'pan-up' },
      { keys: 'Alt ↓', key: 'arrowdown', alt: true, label: 'Look down', command: 'pan-down' },
      { keys: 'M', key: 'm', label: 'Hide or show all masks', command: 'toggle-masks' },
      { keys: 'Ctrl E', key: 'e', mod: true, label: 'Export', command: 'export' },
      { keys: '?', key: '?', label: 'This sheet', command: 'shortcuts' },
    ],
  },
];

/** What the mouse does, for the sheet. */
export const POINTER_HINTS: readonly { readonly keys: string; readonly label: string }[] = [
  { keys: 'Click', label: 'Add to the object' },
  { keys: 'Right click', label: 'Take from it (also Alt click)' },
  { keys: 'Wheel', label: 'Zoom at the pointer' },
  { keys: 'Space drag', label: 'Move the frame (also middle drag)' },
  { keys: '1 … 9', label: 'Select the object with this number' },
];

const ALL = SHORTCUT_GROUPS.flatMap((group) => group.shortcuts);

/** The command of a key press; absent when the key means nothing. */
export function commandOf(press: KeyPress): Command | undefined {
  const key = press.key.toLowerCase() === '=' ? '+' : press.key.toLowerCase();
  const isMod = press.ctrlKey || press.metaKey;
  if (/^[1-9]$/.test(key) && !isMod && !press.altKey) return { selectNumber: Number(key) };
  return ALL.find((shortcut) => {
    if (shortcut.key !== key) return false;
    if (isMod !== (shortcut.mod ?? false) || press.altKey !== (shortcut.alt ?? false)) return false;
    // Where a sign is on the keyboard, and whether it needs Shift or AltGr, differs by layout.
    return isSign(key) || press.shiftKey === (shortcut.shift ?? false);
  })?.command;
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[a-z0-9 ]/.test(key);
}
