import type { FrameIndex } from '../../../core/ids.ts';
import type { FrameOutput } from './frame-output.ts';
import type { ObjectState } from './object-state.ts';
import type { OutputRebuilder } from './output-rebuilder.ts';
import type { ObjectFrameResult } from './propagation.ts';

/** What is told of an output; the tensors stay the output's. */
export function toResult(
  state: ObjectState,
  frame: FrameIndex,
  output: FrameOutput,
): ObjectFrameResult {
  return {
    objectId: state.objectId,
    frame,
    origin: state.showsPrompts(frame) ? 'prompt' : 'tracked',
    lowResMaskLogits: output.lowResMaskLogits,
    iouScores: output.iouScores,
    objectScoreLogits: output.objectScoreLogits,
  };
}

/**
 * The newest output of every object that has one on a frame, in the order of the objects. Logits
 * that were let go of are rebuilt from the stored mask. Where the reference looks for another
 * object's waiting output only among those that are conditioning as the one prompted is, this takes
 * it whatever it is.
 * Source: `sam2_video_predictor.py: _consolidate_temp_output_across_obj`.
 */
export async function resultsOnFrame(
  states: Iterable<ObjectState>,
  frame: FrameIndex,
  rebuilder: OutputRebuilder,
): Promise<readonly ObjectFrameResult[]> {
  const results: ObjectFrameResult[] = [];
  for (const state of states) {
    if (state.outputOn(frame)?.hasLogits !== true) await rebuilder.rebuild(state, [frame]);
    const output = state.outputOn(frame);
    if (output?.hasLogits === true) results.push(toResult(state, frame, output));
  }
  return results;
}
