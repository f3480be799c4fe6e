import { invariant } from '../core/assert.ts';
import type { TruthOutcome, TruthProgress, TruthRequest } from '../protocol/ground-truth-api.ts';
import type { ExportTask } from './task.ts';

/** Reads a ground truth and puts its masks into the decode worker. */
export async function openGroundTruth(
  request: TruthRequest,
  _task: ExportTask<TruthProgress>,
): Promise<TruthOutcome> {
  invariant(request.files.length > 0, 'not written yet');
  throw new Error('not written yet');
}
