import { useEffect, useRef } from 'react';
import { Keys } from '../primitives/keys.tsx';
import type { PaletteEntry } from './palette-entry.ts';
import type { PaletteSection } from './rank-entries.ts';

interface Props {
  readonly id: string;
  readonly sections: readonly PaletteSection[];
  /** Id of the line that Enter takes. */
  readonly activeId: string | undefined;
  /** Why a line cannot be chosen now. */
  readonly obstacleOf: (entry: PaletteEntry) => string | undefined;
  readonly onPoint: (entry: PaletteEntry) => void;
  readonly onChoose: (entry: PaletteEntry) => void;
}

/** The lines of the palette. The focus stays in the search field. */
export function PaletteList({ id, sections, ...lines }: Props) {
  return (
    <div id={id} role="listbox" aria-label="Actions" className="palette-list">
      {sections.map(({ title, entries }) => (
        <div
          key={title ?? 'found'}
          role={title === undefined ? 'presentation' : 'group'}
          aria-label={title}
        >
          {title !== undefined && (
            <p className="palette-heading" aria-hidden="true">
              {title}
            </p>
          )}
          {entries.map((entry) => (
            <PaletteLine
              key={entry.id}
              listId={id}
              entry={entry}
              hasHeading={title !== undefined}
              {...lines}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface LineProps extends Omit<Props, 'id' | 'sections'> {
  readonly listId: string;
  readonly entry: PaletteEntry;
  readonly hasHeading: boolean;
}

function PaletteLine(props: LineProps) {
  const { listId, entry, hasHeading, activeId, obstacleOf, onPoint, onChoose } = props;
  const element = useRef<HTMLDivElement>(null);
  const isActive = entry.id === activeId;
  const obstacle = obstacleOf(entry);
  useEffect(() => {
    if (isActive) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    // Keys are the search field's, which says by `aria-activedescendant` which line they mean.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={element}
      id={`${listId}-${entry.id}`}
      role="option"
      tabIndex={-1}
      className="palette-line"
      aria-selected={isActive}
      aria-disabled={obstacle !== undefined}
      // Not `enter`: lines that scroll under a pointer at rest are not meant.
      onPointerMove={() => onPoint(entry)}
      onClick={() => onChoose(entry)}
    >
      <span className="palette-text">
        {entry.label}
        {obstacle !== undefined && <small>{obstacle}</small>}
      </span>
      {!hasHeading && <span className="palette-group">{entry.group}</span>}
      {entry.chord !== undefined && <Keys keys={entry.chord.keys} />}
    </div>
  );
}
