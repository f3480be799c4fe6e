import type { CompareStyle, StageStyle } from '../protocol/media-api.ts';
import { shownSequence, type GroundTruthSlice } from './ground-truth-slice.ts';
import { colorForObject } from './object-colors.ts';
import { reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { findTracklet, type TrackletsSlice } from './tracklets-slice.ts';
import { viewportOf } from './view-slice.ts';

/**
 * Sends the stage's style to the decode worker whenever it changes, at most once for each
 * animation frame and never while the last one is still under way.
 * @returns ends it
 */
export function startStageSync(context: StoreContext): () => void {
  let isScheduled = false;
  let isStopped = false;
  let sent = context.store.getState();

  const send = async () => {
    const state = context.store.getState();
    const style = stageStyleOf(state);
    sent = state;
    try {
      if (style !== undefined) await context.services.media.setStageStyle(style);
    } catch (error) {
      reportError(context, error);
    }
    isScheduled = false;
    schedule();
  };
  const schedule = () => {
    if (isScheduled || isStopped || isSameStyle(sent, context.store.getState())) return;
    isScheduled = true;
    context.services.requestFrame(() => void send());
  };

  const unsubscribe = context.store.subscribe(schedule);
  return () => {
    isStopped = true;
    unsubscribe();
  };
}

/** What the decode worker must know to draw; absent before the stage has a size. */
function stageStyleOf(state: StudioState): StageStyle | undefined {
  const { view, tracklets, video, previews } = state;
  if (view.stageSize.width === 0) return undefined;
  const compare = compareStyleOf(state);
  return {
    size: view.stageSize,
    devicePixelRatio: view.devicePixelRatio,
    viewport: viewportOf(view, video.info),
    fillOpacity: view.fillOpacity,
    outlineWidth: view.outlineWidth,
    objects: tracklets.items.map((tracklet) => ({
      id: tracklet.id,
      color: tracklet.color,
      isVisible: tracklet.isVisible && view.areMasksShown,
      isSelected: tracklet.id === tracklets.selectedId,
    })),
    ...(compare === undefined ? {} : { compare }),
    ...(previews.shown === undefined ? {} : { preview: previews.shown }),
  };
}

/** A truth looks like the object that is compared to it, and is hidden with it. */
function compareStyleOf({ groundTruth, tracklets, view }: StudioState): CompareStyle | undefined {
  const sequence = shownSequence(groundTruth);
  if (sequence === undefined || groundTruth.view === 'masks') return undefined;
  const assigned = groundTruth.scoring[sequence.name]?.assigned ?? {};
  return {
    sequence: sequence.name,
    view: groundTruth.view,
    wipe: groundTruth.wipe,
    objects: sequence.objects.map(({ truthId }) => {
      const tracklet = findTracklet(tracklets, assigned[truthId]);
      return {
        truthId,
        ...(tracklet === undefined ? {} : { objectId: tracklet.id }),
        color: tracklet?.color ?? colorForObject(truthId),
        isVisible: tracklet?.isVisible !== false && view.areMasksShown,
      };
    }),
  };
}

function isSameStyle(a: StudioState, b: StudioState): boolean {
  return (
    a.view === b.view &&
    a.previews.shown === b.previews.shown &&
    a.video.info === b.video.info &&
    hasSameLook(a.tracklets, b.tracklets) &&
    hasSameComparison(a.groundTruth, b.groundTruth)
  );
}

// Scores come in while the masks are tracked, but change nothing of how they look.
function hasSameComparison(a: GroundTruthSlice, b: GroundTruthSlice): boolean {
  if (a === b || (a.view === 'masks' && b.view === 'masks')) return true;
  const assignedIn = ({ sequence, scoring }: GroundTruthSlice) =>
    sequence === undefined ? undefined : scoring[sequence]?.assigned;
  return (
    a.view === b.view &&
    a.wipe === b.wipe &&
    a.truth === b.truth &&
    a.sequence === b.sequence &&
    assignedIn(a) === assignedIn(b)
  );
}

// While tracking, the objects change with every batch of summaries, but not in their looks.
function hasSameLook(a: TrackletsSlice, b: TrackletsSlice): boolean {
  if (a === b) return true;
  if (a.selectedId !== b.selectedId || a.items.length !== b.items.length) return false;
  return a.items.every((one, index) => {
    const other = b.items[index];
    return (
      one === other ||
      (one.id === other?.id && one.color === other.color && one.isVisible === other.isVisible)
    );
  });
}
