import { Ban, Pin, PinOff, Undo2 } from 'lucide-react';
import { Fragment } from 'react';
import type { ObjectId } from '../../core/ids.ts';
import { memoryEditAt } from '../../store/memory-slice.ts';
import { promptsAt } from '../../store/prompts-slice.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { MaskPicture } from './mask-picture.tsx';
import type { MemoryLine } from './memory-text.ts';

interface Props {
  readonly objectId: ObjectId;
  readonly line: MemoryLine;
  readonly picture: ImageBitmap | undefined;
}

/** A remembered frame: how it looked, where it is, and what can be decided about it. */
export function MemoryRow({ objectId, line, picture }: Props) {
  const { memory } = useActions();
  const { frame, place, notes, kind } = line;
  const isShown = useSelected(({ playback }) => playback.shownFrame === frame);
  return (
    <li className="place-row memory-row" data-kind={kind} data-current={isShown}>
      <button
        type="button"
        className="place-go memory-go"
        aria-current={isShown}
        title={`Show frame ${frame}`}
        onClick={() => memory.goTo({ objectId, frame })}
      >
        <MaskPicture picture={picture} />
        <span className="place-what numbers">
          <span className="place-where memory-where">
            <span>Frame {frame}</span>
            <span className="memory-kind">{KIND_NAMES[kind]}</span>
          </span>
          <MemoryNotes notes={[place, ...notes]} />
        </span>
      </button>
      <MemoryButtons objectId={objectId} line={line} />
    </li>
  );
}

/** Lines break between notes, not within one. */
function MemoryNotes({ notes }: { readonly notes: readonly string[] }) {
  return (
    <span className="place-note">
      {notes.map((note, at) => (
        <Fragment key={note}>
          {at > 0 && ' '}
          <span className="memory-note">{at < notes.length - 1 ? `${note},` : note}</span>
        </Fragment>
      ))}
    </span>
  );
}

const KIND_NAMES: Readonly<Record<MemoryLine['kind'], string>> = {
  prompted: 'prompted',
  pinned: 'pinned',
  recent: '',
  dropped: 'dropped',
  'left-out': 'left out',
};

function MemoryButtons({ objectId, line: { frame } }: Pick<Props, 'objectId' | 'line'>) {
  const { memory } = useActions();
  const place = { objectId, frame };
  const edit = useSelected((state) => memoryEditAt(state.memory, objectId, frame));
  const isPrompted = useSelected(
    (state) => promptsAt(state.prompts, objectId, frame) !== undefined,
  );
  if (isPrompted) return null;
  if (edit === 'dropped') {
    return (
      <IconButton
        size="small"
        side="left"
        label={`Restore the memory of frame ${frame}`}
        onClick={() => memory.restore(place)}
      >
        <Undo2 />
      </IconButton>
    );
  }
  const isPinned = edit === 'pinned';
  return (
    <>
      <IconButton
        size="small"
        side="left"
        label={isPinned ? `Unpin frame ${frame}` : `Pin frame ${frame} for the whole clip`}
        aria-pressed={isPinned}
        onClick={() => memory.toggle('pinned', place)}
      >
        {isPinned ? <PinOff /> : <Pin />}
      </IconButton>
      <IconButton
        size="small"
        side="left"
        label={`Drop the memory of frame ${frame}`}
        onClick={() => memory.toggle('dropped', place)}
      >
        <Ban />
      </IconButton>
    </>
  );
}
