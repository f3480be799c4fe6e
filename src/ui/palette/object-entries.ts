import type { StudioState } from '../../store/studio-state.ts';
import { findTracklet, type Tracklet } from '../../store/tracklets-slice.ts';
import { whileTracking } from '../shell/commands/obstacles.ts';
import type { PaletteEntry } from './palette-entry.ts';

/** What can be done with one object rather than another: go to it, or make the selected one part of it. */
export function objectEntries({ tracklets }: StudioState): readonly PaletteEntry[] {
  const selected = findTracklet(tracklets, tracklets.selectedId);
  return tracklets.items.flatMap((object) => [
    selectEntry(object),
    ...(selected === undefined || selected.id === object.id ? [] : pairEntries(selected, object)),
  ]);
}

const GROUP = 'Objects and tracking';

function selectEntry({ id, name }: Tracklet): PaletteEntry {
  return {
    id: `select-object-${id}`,
    label: `Select “${name}”`,
    words: `object ${id}`,
    group: GROUP,
    isLasting: false,
    run: ({ actions }) => actions.tracklets.select(id),
  };
}

function pairEntries(one: Tracklet, other: Tracklet): readonly PaletteEntry[] {
  const common = {
    group: GROUP,
    isLasting: false,
    obstacle: (state: StudioState) => whileTracking(state) ?? locked(state, [one, other]),
  };
  const names = `object ${one.id} ${other.id}`;
  return [
    {
      ...common,
      id: `merge-${one.id}-${other.id}`,
      label: `Merge “${one.name}” into “${other.name}”`,
      words: `unite join ${names}`,
      run: ({ actions }) => void actions.objects.merge(one.id, other.id),
    },
    {
      ...common,
      id: `swap-${one.id}-${other.id}`,
      label: `Swap “${one.name}” with “${other.name}” from this frame on`,
      words: `exchange identity ${names}`,
      run: ({ actions }) => void actions.objects.swap(one.id, other.id),
    },
  ];
}

function locked({ tracklets }: StudioState, objects: readonly Tracklet[]): string | undefined {
  const found = objects.find(({ id }) => findTracklet(tracklets, id)?.isLocked === true);
  return found === undefined ? undefined : `“${found.name}” is locked.`;
}
