import { useEffect, useState, type KeyboardEvent } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useSelected, useStudio } from '../studio-context.tsx';
import { paletteEntries, type PaletteEntry } from './palette-entry.ts';
import { rankEntries } from './rank-entries.ts';

const PAGE_LINES = 8;
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE_LINES,
  PageUp: -PAGE_LINES,
};

/**
 * The open palette: what is searched for, what answers it, and which line is marked.
 * @param onChosen told of the line to do once the palette is closed
 */
export function usePalette(onChosen: (entry: PaletteEntry) => void) {
  const studio = useStudio();
  const { models, view } = studio.actions;
  // Whether a model fits is one of the obstacles.
  useEffect(() => models.watchMemory(), [models]);
  const [query, setQuery] = useState('');
  const [pointedId, setPointedId] = useState<string>();
  const [entries] = useState(() => paletteEntries(studio.store.getState()));
  const recent = useSelected((state) => state.view.recentCommands);
  const obstacles = useSelected(
    useShallow((state) =>
      Object.fromEntries(entries.map(({ id, obstacle }) => [id, obstacle?.(state)])),
    ),
  );
  const obstacleOf = ({ id }: PaletteEntry) => obstacles[id];
  const isPossible = (entry: PaletteEntry) => obstacleOf(entry) === undefined;
  const sections = rankEntries(entries, { query, recent, isPossible });
  const lines = sections.flatMap((section) => section.entries);
  const active = lines.find(({ id }) => id === pointedId) ?? lines.find(isPossible) ?? lines[0];
  const choose = (entry: PaletteEntry) => {
    if (!isPossible(entry)) return;
    onChosen(entry);
    view.closeDialog();
    if (entry.isLasting) view.noteCommand(entry.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) setPointedId(neighbour(lines, active, step)?.id);
    else if (event.key === 'Enter' && active !== undefined) choose(active);
    else if (event.key === 'k' && (event.ctrlKey || event.metaKey)) view.closeDialog();
    else return;
    event.preventDefault();
  };
  const search = (text: string) => {
    setQuery(text);
    setPointedId(undefined);
  };
  return { query, sections, active, obstacleOf, choose, onKeyDown, search, point: setPointedId };
}

/** By one it goes round; by a page it stops at the ends. */
function neighbour(
  lines: readonly PaletteEntry[],
  active: PaletteEntry | undefined,
  step: number,
): PaletteEntry | undefined {
  const target = (active === undefined ? -1 : lines.indexOf(active)) + step;
  if (Math.abs(step) === 1) return lines.at(target % Math.max(lines.length, 1));
  return lines[Math.min(Math.max(target, 0), lines.length - 1)];
}
