import { groupBy } from '../../core/group-by.ts';
import { fuzzyScore } from './fuzzy-score.ts';
import type { PaletteEntry } from './palette-entry.ts';

/** Lines under a heading; the answers to a search have none. */
export interface PaletteSection {
  readonly title: string | undefined;
  readonly entries: readonly PaletteEntry[];
}

interface RankOptions {
  readonly query: string;
  /** Ids of what was chosen before, newest first. */
  readonly recent: readonly string[];
  readonly isPossible: (entry: PaletteEntry) => boolean;
}

/** How much what cannot be done now falls behind what can. */
const IMPOSSIBLE = 1;
/** How much one of the recent ones is ahead of its equals. */
const RECENT = 0.4;

/**
 * What the palette shows: all that can be done now, under their headings, or the answers to a search,
 * best first. Only a search brings what cannot be done, to say why.
 */
export function rankEntries(
  entries: readonly PaletteEntry[],
  { query, recent, isPossible }: RankOptions,
): readonly PaletteSection[] {
  if (query.trim() === '') return inSections(entries.filter(isPossible), recent);
  const scored = entries.flatMap((entry) => {
    const words = `${entry.words ?? ''} ${entry.group}`;
    const score = fuzzyScore(query, { label: entry.label, words });
    if (score === undefined) return [];
    const bonus = recent.includes(entry.id) ? RECENT : 0;
    return [{ entry, score: score + bonus - (isPossible(entry) ? 0 : IMPOSSIBLE) }];
  });
  // Sorting is stable, so equals stay in the order of the table.
  scored.sort((a, b) => b.score - a.score);
  const found = scored.map(({ entry }) => entry);
  return found.length === 0 ? [] : [{ title: undefined, entries: found }];
}

function inSections(
  entries: readonly PaletteEntry[],
  recent: readonly string[],
): readonly PaletteSection[] {
  const before = recent.flatMap((id) => entries.find((entry) => entry.id === id) ?? []);
  const others = entries.filter((entry) => !before.includes(entry));
  const groups = [...groupBy(others, ({ group }) => group)].map(([title, ofGroup]) => ({
    title,
    entries: ofGroup,
  }));
  return before.length === 0 ? groups : [{ title: 'Recent', entries: before }, ...groups];
}
