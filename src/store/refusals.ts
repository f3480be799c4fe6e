import type { ObjectId } from '../core/ids.ts';
import { isRunning } from './propagation-state.ts';
import { raiseAlert, type StoreContext } from './store-context.ts';

/** Whether tracking runs, in which case the user is told to stop it first. */
export function refuseWhileTracking(context: StoreContext): boolean {
  if (!isRunning(context.store.getState().propagation)) return false;
  raiseAlert(context, {
    severity: 'info',
    message: 'Tracking is running.',
    hint: 'Stop it first; the frames tracked so far are kept.',
  });
  return true;
}

/** Whether a file is read or written, of which there is one at a time; the user is told so. */
export function refuseWhileTransferring(context: StoreContext): boolean {
  const { project, groundTruth } = context.store.getState();
  const isReadingTruth = groundTruth.loading !== undefined;
  if (!isReadingTruth && project.transfer.status === 'idle') return false;
  raiseAlert(context, {
    severity: 'info',
    message: isReadingTruth ? 'A ground truth is being read.' : 'An export or import is running.',
    hint: 'Wait until it is done, or cancel it.',
  });
  return true;
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
