import { Search } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useId, useRef } from 'react';
import { useFocusReturn } from '../primitives/use-focus-return.ts';
import { useStudio } from '../studio-context.tsx';
import type { PaletteEntry } from './palette-entry.ts';
import { PaletteList } from './palette-list.tsx';
import { usePalette } from './use-palette.ts';
import './palette.css';

/** All that the studio can do, to be searched and done. */
export function PaletteDialog() {
  const studio = useStudio();
  const chosen = useRef<PaletteEntry>(undefined);
  // Not before: what takes the focus itself, such as a name to be typed, would lose it again.
  const returnFocus = useFocusReturn(() => chosen.current?.run(studio));
  const choose = (entry: PaletteEntry) => {
    chosen.current = entry;
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && studio.actions.view.closeDialog()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-overlay palette-overlay" />
        <Radix.Content
          className="palette"
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
        >
          <Radix.Title className="visually-hidden">Search actions</Radix.Title>
          <PaletteSearch onChosen={choose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface SearchProps {
  readonly onChosen: (entry: PaletteEntry) => void;
}

function PaletteSearch({ onChosen }: SearchProps) {
  const listId = useId();
  const { query, sections, active, ...palette } = usePalette(onChosen);
  const count = sections.reduce((sum, { entries }) => sum + entries.length, 0);
  return (
    <>
      <div className="palette-field">
        <Search aria-hidden="true" />
        <input
          type="text"
          role="combobox"
          aria-label="Search actions"
          aria-autocomplete="list"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={active === undefined ? undefined : `${listId}-${active.id}`}
          placeholder="What do you want to do?"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => palette.search(event.currentTarget.value)}
          onKeyDown={palette.onKeyDown}
        />
      </div>
      <PaletteList
        id={listId}
        sections={sections}
        activeId={active?.id}
        obstacleOf={palette.obstacleOf}
        onPoint={({ id }) => palette.point(id)}
        onChoose={palette.choose}
      />
      <p className={count === 0 ? 'palette-empty' : 'visually-hidden'} role="status">
        {count === 0 ? `Nothing is called “${query.trim()}”.` : `${count} actions`}
      </p>
    </>
  );
}
