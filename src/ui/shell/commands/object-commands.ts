import { planRetrack } from '../../../store/plan-retrack.ts';
import { planGoOn, planRun } from '../../../store/plan-run.ts';
import type { TrackingDirection, TrackingPlan } from '../../../store/plan-tracking.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import { hasTrackedMasks } from '../../track/track-text.ts';
import { letter, type CommandEntry, type Page } from './command.ts';
import { noClip, noObject, notTracking, whileTracking } from './obstacles.ts';

/** The objects, and carrying their masks through the clip. */
export const OBJECT_COMMANDS = [
  {
    id: 'add-object',
    label: 'New object',
    chord: letter('N'),
    words: 'add',
    obstacle: noClip,
    run: ({ actions, store }) => {
      if (noClip(store.getState()) === undefined) actions.tracklets.add();
    },
  },
  {
    id: 'previous-object',
    label: 'Previous object',
    chord: { keys: '[', key: '[' },
    obstacle: noObjects,
    run: ({ actions }) => actions.tracklets.selectNeighbour('previous'),
  },
  {
    id: 'next-object',
    label: 'Next object',
    chord: { keys: ']', key: ']' },
    obstacle: noObjects,
    run: ({ actions }) => actions.tracklets.selectNeighbour('next'),
  },
  {
    id: 'rename-object',
    label: 'Rename the object',
    chord: { keys: 'F2', key: 'f2' },
    words: 'name title label',
    obstacle: noObject,
    run: onSelected((objectId, { actions }) => actions.view.editObject({ objectId, part: 'name' })),
  },
  {
    id: 'recolor-object',
    label: 'Change the object’s colour…',
    words: 'color recolour paint',
    obstacle: noObject,
    run: onSelected((objectId, { actions }) =>
      actions.view.editObject({ objectId, part: 'color' }),
    ),
  },
  {
    id: 'toggle-object',
    label: 'Hide or show the object',
    chord: letter('V'),
    words: 'visible',
    obstacle: noObject,
    run: onSelected((id, { actions }) => actions.tracklets.toggleVisibility(id)),
  },
  {
    id: 'solo-object',
    label: 'Show the object alone, or all again',
    chord: { keys: 'Shift V', key: 'v', shift: true },
    words: 'solo only hide others',
    obstacle: noObject,
    run: onSelected((id, { actions }) => actions.tracklets.toggleSolo(id)),
  },
  {
    id: 'lock-object',
    label: 'Lock or unlock the object',
    chord: { keys: 'Shift L', key: 'l', shift: true },
    words: 'protect freeze keep',
    obstacle: noObject,
    run: onSelected((id, { actions }) => actions.tracklets.toggleLock(id)),
  },
  {
    id: 'split-object',
    label: 'Split off the object from this frame on',
    words: 'new cut divide',
    obstacle: (state) => noObject(state) ?? whileTracking(state),
    run: onSelected((id, { actions }) => void actions.objects.splitOff(id)),
  },
  {
    id: 'move-object-up',
    label: 'Move the object up the list',
    words: 'order sort lane',
    obstacle: noObject,
    run: onSelected((id, { actions }) => actions.tracklets.moveBy(id, 'up')),
  },
  {
    id: 'move-object-down',
    label: 'Move the object down the list',
    words: 'order sort lane',
    obstacle: noObject,
    run: onSelected((id, { actions }) => actions.tracklets.moveBy(id, 'down')),
  },
  {
    id: 'remove-object',
    label: 'Remove the object',
    words: 'delete',
    obstacle: (state) => noObject(state) ?? whileTracking(state),
    run: onSelected((id, { actions }) => actions.tracklets.remove(id)),
  },
  {
    id: 'track-forward',
    label: 'Track forward',
    chord: letter('T'),
    words: 'propagate run',
    obstacle: cannotTrack('forward'),
    run: ({ actions }) => void actions.propagation.track('forward', 'all'),
  },
  {
    id: 'track-both',
    label: 'Track both ways',
    chord: { keys: 'Shift T', key: 't', shift: true },
    words: 'propagate run',
    obstacle: cannotTrack('both'),
    run: ({ actions }) => void actions.propagation.track('both', 'all'),
  },
  {
    id: 'track-backward',
    label: 'Track backward',
    chord: letter('R'),
    words: 'propagate run reverse',
    obstacle: cannotTrack('reverse'),
    run: ({ actions }) => void actions.propagation.track('reverse', 'all'),
  },
  {
    id: 'track-selected',
    label: 'Track only the selected object forward',
    words: 'propagate run',
    obstacle: (state) => {
      const plan = planRun(state, 'forward', 'selected');
      return plan.isPossible ? undefined : plan.reason;
    },
    run: ({ actions }) => void actions.propagation.track('forward', 'selected'),
  },
  {
    id: 'fix-tracking',
    label: 'Fix the tracking from the corrected frame',
    chord: { keys: 'Shift R', key: 'r', shift: true },
    words: 're-track correction again propagate',
    obstacle: reasonOf(planRetrack),
    run: ({ actions }) => void actions.propagation.fix(),
  },
  {
    id: 'go-on-tracking',
    label: 'Go on with the tracking that was stopped',
    words: 'resume continue propagate',
    obstacle: reasonOf(planGoOn),
    run: ({ actions }) => void actions.propagation.goOn(),
  },
  {
    id: 'stop-tracking',
    label: 'Stop tracking',
    words: 'cancel',
    obstacle: notTracking,
    run: ({ actions }) => void actions.propagation.cancel(),
  },
  {
    id: 'follow-tracking',
    label: 'Follow the tracking on the stage',
    obstacle: notTracking,
    run: ({ actions }) => actions.playback.followTracking(),
  },
  {
    id: 'clear-tracking',
    label: 'Clear tracking',
    words: 'forget reset',
    obstacle: (state) =>
      whileTracking(state) ?? (hasTrackedMasks(state) ? undefined : 'Nothing is tracked yet.'),
    run: ({ actions }) => void actions.propagation.clear(),
  },
] as const satisfies readonly CommandEntry[];

function noObjects(state: StudioState): string | undefined {
  const isNone = state.tracklets.items.length === 0;
  return noClip(state) ?? (isNone ? 'There are no objects yet.' : undefined);
}

function reasonOf(planOf: (state: StudioState) => TrackingPlan) {
  return (state: StudioState) => {
    const plan = planOf(state);
    return plan.isPossible ? undefined : plan.reason;
  };
}

function cannotTrack(direction: TrackingDirection) {
  return (state: StudioState) => {
    const plan = planRun(state, direction, 'all');
    return plan.isPossible ? undefined : plan.reason;
  };
}

function onSelected(
  act: (id: NonNullable<StudioState['tracklets']['selectedId']>, page: Page) => void,
) {
  return (page: Page) => {
    const { selectedId } = page.store.getState().tracklets;
    if (selectedId !== undefined) act(selectedId, page);
  };
}
