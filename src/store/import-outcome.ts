import type { ImportOutcome } from '../protocol/export-api.ts';
import { INITIAL_MEMORY, withMemoryEdit } from './memory-slice.ts';
import { INITIAL_PROMPTS, withPrompts } from './prompts-slice.ts';
import { transition } from './propagation-state.ts';
import type { StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import type { MaskOrigin } from './summary-chunk.ts';
import { framesOf } from './summary-track.ts';
import { newTracklet, withMaskSummaries, type Tracklet } from './tracklets-slice.ts';
import { withObjectsAnew } from './truth-assignment.ts';

const ALL_ORIGINS: readonly MaskOrigin[] = ['prompt', 'tracked', 'imported', 'kept'];

/** Puts the imported objects in place of the present ones, whose masks leave the stage. */
export async function takeImport(context: StoreContext, outcome: ImportOutcome): Promise<void> {
  const before = context.store.getState().tracklets.items;
  context.store.setState((state) => withImport(state, outcome));
  const after = context.store.getState().tracklets.items;
  for (const old of before) await removeStaleMasks(context, old, after);
}

/** Removes the masks of an earlier object from the frames that the import did not write. */
async function removeStaleMasks(
  context: StoreContext,
  old: Tracklet,
  after: readonly Tracklet[],
): Promise<void> {
  const { media } = context.services;
  const same = after.find((tracklet) => tracklet.id === old.id);
  if (same === undefined) return media.removeMasks(old.id);
  const written = new Set(framesOf(same.summaries, ALL_ORIGINS));
  const stale = framesOf(old.summaries, ALL_ORIGINS).filter((frame) => !written.has(frame));
  if (stale.length > 0) await media.removeMasks(old.id, stale);
}

function withImport(state: StudioState, outcome: ImportOutcome): StudioState {
  const items = outcome.objects
    .map(({ id, name, color }) => ({ ...newTracklet(id), name, color }))
    .sort((a, b) => a.id - b.id);
  const empty = { items, selectedId: items[0]?.id };
  const tracklets = withMaskSummaries(empty, outcome.summaries);
  return {
    ...state,
    prompts: outcome.prompts.reduce(withPrompts, INITIAL_PROMPTS),
    memory: (outcome.memory ?? []).reduce(withMemoryEdit, INITIAL_MEMORY),
    tracklets,
    groundTruth: withObjectsAnew(state.groundTruth, tracklets),
    propagation: transition(state.propagation, { type: 'nothing-prompted' }),
    project: { ...state.project, hasUnsavedWork: false },
  };
}
