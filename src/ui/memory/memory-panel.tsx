import type { ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { ObjectId } from '../../core/ids.ts';
import type { ObjectAccount } from '../../store/attention-slice.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { useSelected } from '../studio-context.tsx';
import { MemoryHead } from './memory-head.tsx';
import { MemoryRow } from './memory-row.tsx';
import {
  accountText,
  emptyText,
  memoryLines,
  pointerText,
  type MemoryLine,
} from './memory-text.ts';
import { useMaskPictures, type PictureOf } from './use-mask-pictures.ts';
import '../primitives/place-list.css';
import './memory.css';

/** What the model attends to when it tracks the selected object on the shown frame. */
export function MemoryPanel() {
  const empty = useSelected(emptyText);
  const account = useSelected(({ attention, tracklets }) =>
    attention.account?.objectId === tracklets.selectedId ? attention.account : undefined,
  );
  return (
    <section className="place-panel" aria-labelledby="memory-heading">
      <h2 id="memory-heading" className="visually-hidden">
        Memory
      </h2>
      {empty === undefined ? <MemoryHead /> : <MemoryLesson reason={empty} />}
      {empty === undefined && account !== undefined && <MemoryBank account={account} />}
    </section>
  );
}

function MemoryLesson({ reason }: { readonly reason: string }) {
  return (
    <div className="memory-lesson">
      <p>{reason}</p>
      <p>
        To find an object on a frame, the model looks at what it remembers of it: the frames with
        prompts, in the whole clip, and the last six tracked frames, with a short note of each of
        the last fifteen, called an object pointer.
      </p>
      <p>
        Here you see those frames. <b>Pin</b> one that is right, and it is remembered in the whole
        clip. <b>Drop</b> one that is wrong, and no frame looks at it. Then track again from there.
      </p>
    </div>
  );
}

function MemoryBank({ account }: { readonly account: ObjectAccount }) {
  const { objectId } = account;
  const work = useSelected(
    useShallow(({ memory, prompts, tracklets }) => ({
      memory,
      prompts,
      track: findTracklet(tracklets, objectId)?.summaries,
    })),
  );
  const lines = memoryLines(work, account);
  const isStale = useSelected(({ playback }) => playback.shownFrame !== account.frame);
  const all = [...lines.wholeClip, ...lines.recent, ...lines.outside];
  const pictureOf = useMaskPictures(
    objectId,
    all.map(({ frame }) => frame),
  );
  return (
    <div className="memory-bank" aria-busy={isStale}>
      <p className="memory-summary numbers">{accountText(account)}</p>
      <MemoryGroup
        title="For the whole clip"
        lines={lines.wholeClip}
        {...{ objectId, pictureOf }}
      />
      <MemoryGroup title="Tracked just before" lines={lines.recent} {...{ objectId, pictureOf }} />
      {account.pointers.length > 0 && (
        <Part title="Object pointers" note={String(account.pointers.length)}>
          <p className="memory-pointers numbers">of frames {pointerText(account.pointers)}</p>
        </Part>
      )}
      <MemoryGroup title="Not remembered" lines={lines.outside} {...{ objectId, pictureOf }} />
    </div>
  );
}

interface GroupProps {
  readonly title: string;
  readonly objectId: ObjectId;
  readonly lines: readonly MemoryLine[];
  readonly pictureOf: PictureOf;
}

function MemoryGroup({ title, objectId, lines, pictureOf }: GroupProps) {
  if (lines.length === 0) return null;
  return (
    <Part title={title} note={String(lines.length)}>
      <ul className="memory-list">
        {lines.map((line) => (
          <MemoryRow
            key={`${line.kind}/${line.frame}`}
            objectId={objectId}
            line={line}
            picture={pictureOf(line.frame)}
          />
        ))}
      </ul>
    </Part>
  );
}

interface PartProps {
  readonly title: string;
  readonly note: string;
  readonly children: ReactNode;
}

function Part({ title, note, children }: PartProps) {
  return (
    <section className="memory-part" aria-label={title}>
      <h3 className="memory-part-title">
        {title} <span className="numbers">{note}</span>
      </h3>
      {children}
    </section>
  );
}
