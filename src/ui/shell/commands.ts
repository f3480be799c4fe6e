import type { Studio } from '../../store/studio-store.ts';
import type { CommandEntry, CommandGroup } from './commands/command.ts';
import { FILE_COMMANDS } from './commands/file-commands.ts';
import { HISTORY_COMMANDS } from './commands/history-commands.ts';
import { MEMORY_COMMANDS } from './commands/memory-commands.ts';
import { MODEL_COMMANDS } from './commands/model-commands.ts';
import { OBJECT_COMMANDS } from './commands/object-commands.ts';
import { PLAYBACK_COMMANDS } from './commands/playback-commands.ts';
import { PROMPT_COMMANDS } from './commands/prompt-commands.ts';
import { REVIEW_COMMANDS } from './commands/review-commands.ts';
import { TRUTH_COMMANDS } from './commands/truth-commands.ts';
import { VIEW_COMMANDS } from './commands/view-commands.ts';

const GROUPS = [
  { title: 'Play and scrub', commands: PLAYBACK_COMMANDS },
  { title: 'Prompt', commands: PROMPT_COMMANDS },
  { title: 'Objects and tracking', commands: OBJECT_COMMANDS },
  { title: 'Memory', commands: MEMORY_COMMANDS },
  { title: 'Undo', commands: HISTORY_COMMANDS },
  { title: 'Ground truth', commands: TRUTH_COMMANDS },
  { title: 'Review', commands: REVIEW_COMMANDS },
  { title: 'View', commands: VIEW_COMMANDS },
  { title: 'Open', commands: FILE_COMMANDS },
  { title: 'Model', commands: MODEL_COMMANDS },
] as const satisfies readonly CommandGroup[];

/** The name of a command. */
export type CommandId = (typeof GROUPS)[number]['commands'][number]['id'];

/** Everything that a key can do. */
export type Command = CommandId | { readonly selectNumber: number };

/** Every command, in the order in which the sheet and the palette show them. */
export const COMMAND_GROUPS: readonly CommandGroup<CommandId>[] = GROUPS;

const BY_ID: ReadonlyMap<string, CommandEntry> = new Map(
  GROUPS.flatMap(({ commands }) => commands.map((entry) => [entry.id, entry])),
);

/** Carries out what a key asks for. */
export function runCommand(command: Command, { actions, store }: Studio): void {
  if (typeof command === 'object') actions.tracklets.selectByNumber(command.selectNumber);
  else BY_ID.get(command)?.run({ actions, store });
}
