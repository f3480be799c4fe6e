import type { StudioState } from '../../store/studio-state.ts';
import { EXPORT_GROUPS, type ExportItem } from '../export/export-kinds.tsx';
import { COMMAND_GROUPS } from '../shell/commands.ts';
import type { CommandEntry } from '../shell/commands/command.ts';
import { nothingToExport } from '../shell/commands/obstacles.ts';
import { objectEntries } from './object-entries.ts';

/** A line of the palette. */
export interface PaletteEntry extends CommandEntry {
  /** The heading it stands under. */
  readonly group: string;
  /** Whether it is worth remembering among the recent ones. */
  readonly isLasting: boolean;
}

const COMMANDS: readonly PaletteEntry[] = COMMAND_GROUPS.flatMap(({ title, commands }) =>
  commands
    .filter((entry) => entry.isKeyOnly !== true)
    .map((entry) => ({ ...entry, group: title, isLasting: true })),
);

const EXPORTS: readonly PaletteEntry[] = EXPORT_GROUPS.flatMap(({ title, items }) =>
  items.map((item) => exportEntry(item, title)),
);

/** Everything that can be done now or later: commands, kinds of export, and objects to select. */
export function paletteEntries(state: StudioState): readonly PaletteEntry[] {
  return [...COMMANDS, ...EXPORTS, ...objectEntries(state)];
}

function exportEntry({ kind, look, title, use }: ExportItem, group: string): PaletteEntry {
  const isVideo = kind === 'video';
  return {
    id: `export-${kind}${look === undefined ? '' : `-${look}`}`,
    label: isVideo ? `Export a video: ${title.toLowerCase()}…` : `Export ${title}…`,
    words: `save download ${group} ${use}`,
    group: 'Export',
    isLasting: true,
    obstacle: nothingToExport,
    run: ({ actions, store }) => {
      const { exportChoice } = store.getState().view;
      actions.view.chooseExport({ ...exportChoice, kind, look: look ?? exportChoice.look });
      actions.view.openDialog({ kind: 'export' });
    },
  };
}
