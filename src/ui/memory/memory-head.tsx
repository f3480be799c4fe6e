import { Ban, Pin, PinOff, RotateCcw, Undo2 } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import type { MemoryEdit } from '../../core/memory.ts';
import { planRetrack } from '../../store/plan-retrack.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { Button } from '../primitives/button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { cannotToggle } from '../shell/commands/memory-commands.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { fixText } from '../track/track-text.ts';
import { shownEdit } from './memory-text.ts';

/** Which object and frame, and what can be decided about its memory. */
export function MemoryHead() {
  const tracklet = useSelected(
    useShallow(({ tracklets }) => {
      const found = findTracklet(tracklets, tracklets.selectedId);
      return { name: found?.name ?? '', color: found?.color ?? '' };
    }),
  );
  const frame = useSelected(({ playback }) => playback.shownFrame);
  return (
    <header className="memory-head">
      <p className="memory-title">
        <span className="swatch" style={{ background: tracklet.color }} />
        <span className="truncate">{tracklet.name}</span>
        <span className="place-note memory-frame numbers">frame {frame}</span>
      </p>
      <div className="memory-actions">
        <EditButton edit="pinned" keys="Shift P" />
        <EditButton edit="dropped" keys="Shift D" />
        <RetrackButton />
      </div>
    </header>
  );
}

const TEXTS = {
  pinned: {
    set: { text: 'Pin', label: 'Make this frame’s memory hold for the whole clip' },
    unset: { text: 'Unpin', label: 'Let this frame’s memory fade like any other' },
  },
  dropped: {
    set: { text: 'Drop', label: 'Let no frame attend to this frame’s memory' },
    unset: { text: 'Restore', label: 'Let frames attend to this frame’s memory again' },
  },
} as const;

const ICONS = {
  pinned: { set: <Pin />, unset: <PinOff /> },
  dropped: { set: <Ban />, unset: <Undo2 /> },
} as const;

function EditButton({ edit, keys }: { readonly edit: MemoryEdit; readonly keys: string }) {
  const { memory } = useActions();
  const isSet = useSelected((state) => shownEdit(state) === edit);
  const obstacle = useSelected((state) => cannotToggle(state, edit));
  const way = isSet ? 'unset' : 'set';
  const { text, label } = TEXTS[edit][way];
  return (
    <Tooltip label={obstacle ?? label} keys={keys}>
      <Button
        className="memory-action"
        aria-disabled={obstacle !== undefined}
        onClick={() => memory.toggle(edit)}
      >
        {ICONS[edit][way]}
        {text}
      </Button>
    </Tooltip>
  );
}

function RetrackButton() {
  const { propagation } = useActions();
  const plan = useSelected(
    useShallow((state) => {
      const fix = planRetrack(state);
      return { isPossible: fix.isPossible, label: fixText(fix) };
    }),
  );
  return (
    <Tooltip label={plan.label} keys="Shift R">
      <Button
        look={plan.isPossible ? 'primary' : 'plain'}
        className="memory-action"
        aria-disabled={!plan.isPossible}
        onClick={() => plan.isPossible && void propagation.fix()}
      >
        <RotateCcw />
        Re-track
      </Button>
    </Tooltip>
  );
}
