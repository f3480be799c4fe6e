import type { ObjectId } from '../core/ids.ts';
import { isRunning } from './propagation-state.ts';
import { raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { findTracklet } from './tracklets-slice.ts';

/** Why something cannot be done now, and what the user can do about it, as sentences. */
export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

/** Tracking, or the protocol, runs; it is to be stopped first. */
export function trackingRefusal({ propagation, groundTruth }: StudioState): Refusal | undefined {
  if (groundTruth.run !== undefined) {
    return { message: 'The protocol is running.', hint: 'Wait until it is done, or stop it.' };
  }
  if (!isRunning(propagation)) return undefined;
  return {
    message: 'Tracking is running.',
    hint: 'Stop it first; the frames tracked so far are kept.',
  };
}

/** A file is read or written, of which there is one at a time. */
export function transferRefusal({ project, groundTruth }: StudioState): Refusal | undefined {
  const isReadingTruth = groundTruth.loading !== undefined;
  if (!isReadingTruth && project.transfer.status === 'idle') return undefined;
  return {
    message: isReadingTruth ? 'A ground truth is being read.' : 'An export or import is running.',
    hint: 'Wait until it is done, or cancel it.',
  };
}

/** Whether tracking runs, in which case the user is told to stop it first. */
export function refuseWhileTracking(context: StoreContext): boolean {
  return tellRefusal(context, trackingRefusal(context.store.getState()));
}

/** Whether a file is read or written, of which there is one at a time; the user is told so. */
export function refuseWhileTransferring(context: StoreContext): boolean {
  return tellRefusal(context, transferRefusal(context.store.getState()));
}

/** Whether no object is selected of which something could be said not to belong to it; the user is told so. */
export function refuseUnselected(context: StoreContext): boolean {
  const { tracklets } = context.store.getState();
  const target = findTracklet(tracklets, tracklets.selectedId);
  return tellRefusal(context, target === undefined ? UNSELECTED : undefined);
}

const UNSELECTED: Refusal = {
  message: 'No object is selected from which this could be taken.',
  hint: 'Select the object first, or click what belongs to a new one.',
};

function tellRefusal(context: StoreContext, refusal: Refusal | undefined): boolean {
  if (refusal !== undefined) raiseAlert(context, { severity: 'info', ...refusal });
  return refusal !== undefined;
}

/** Whether one of these objects is locked, so that nothing changes it; the user is told so. */
export function refuseLocked(context: StoreContext, ids: readonly ObjectId[]): boolean {
  const { items } = context.store.getState().tracklets;
  const locked = items.find(({ id, isLocked }) => isLocked === true && ids.includes(id));
  if (locked === undefined) return false;
  raiseAlert(context, {
    severity: 'info',
    message: `“${locked.name}” is locked.`,
    hint: 'Unlock it in the list of objects to change it.',
  });
  return true;
}
