import type { MemoryEdit } from '../../../core/memory.ts';
import { memoryObstacle } from '../../../store/memory-obstacles.ts';
import { memoryEditAt } from '../../../store/memory-slice.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import type { CommandEntry } from './command.ts';
import { noObject, whileTracking } from './obstacles.ts';

/** What the model remembers. */
export const MEMORY_COMMANDS = [
  {
    id: 'pin-memory',
    label: 'Pin this frame as a memory, or unpin it',
    chord: { keys: 'Shift P', key: 'p', shift: true },
    words: 'memory bank conditioning permanent reference keep commit',
    obstacle: (state) => cannotToggle(state, 'pinned'),
    run: ({ actions }) => actions.memory.toggle('pinned'),
  },
  {
    id: 'drop-memory',
    label: 'Drop this frame’s memory, or restore it',
    chord: { keys: 'Shift D', key: 'd', shift: true },
    words: 'memory bank forget bad exclude ignore',
    obstacle: (state) => cannotToggle(state, 'dropped'),
    run: ({ actions }) => actions.memory.toggle('dropped'),
  },
  {
    id: 'show-memory',
    label: 'Show what the model remembers',
    chord: { keys: 'Shift M', key: 'm', shift: true },
    words: 'memory bank panel tab attention frames pointers',
    run: ({ actions }) => actions.view.choosePanelTab('memory'),
  },
] as const satisfies readonly CommandEntry[];

/** Why the selected object's memory of the shown frame cannot be decided so, nor that taken back. */
export function cannotToggle(state: StudioState, edit: MemoryEdit): string | undefined {
  const { selectedId: objectId } = state.tracklets;
  const obstacle = noObject(state) ?? whileTracking(state);
  if (obstacle !== undefined || objectId === undefined) return obstacle;
  const frame = state.playback.shownFrame;
  if (memoryEditAt(state.memory, objectId, frame) === edit) return undefined;
  return memoryObstacle(state, edit, { objectId, frame })?.message;
}
