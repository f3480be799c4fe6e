import type { FramePrompts } from '../../core/prompts.ts';
import { candidateChoice } from '../../store/previews-slice.ts';
import { planRetrack } from '../../store/plan-retrack.ts';
import { promptedFrames, promptsAt } from '../../store/prompts-slice.ts';
import { isRunning } from '../../store/propagation-state.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { findTracklet, statusAt } from '../../store/tracklets-slice.ts';
import type { ToolName } from '../../store/view-slice.ts';

interface StageMessage {
  readonly text: string;
  readonly isBusy: boolean;
}

/** What stands below the stage. */
export function stageMessage(state: StudioState): StageMessage {
  return busyMessage(state) ?? { text: idleMessage(state), isBusy: false };
}

function busyMessage(state: StudioState): StageMessage | undefined {
  const { models, video } = state;
  const busy = (text: string) => ({ text, isBusy: true });
  if (video.openingName !== undefined) return busy(`Opening ${video.openingName}…`);
  if (models.activity !== undefined) {
    const { frame, isFirstOnFrame } = models.activity;
    return busy(
      isFirstOnFrame ? `Encoding frame ${frame} and decoding the mask…` : 'Decoding the mask…',
    );
  }
  if (models.engine.status === 'recovering') return busy('Restarting the inference engine…');
  if (models.engine.status === 'starting') return busy('Preparing the model for this clip…');
  const isWaitingForModel = models.engine.status === 'waiting' && models.model.status === 'loading';
  if (isWaitingForModel && Object.keys(state.prompts.byObject).length > 0) {
    return busy('The masks come as soon as the model is loaded…');
  }
  return undefined;
}

function idleMessage(state: StudioState): string {
  const { tracklets, playback, prompts, view } = state;
  if (isRunning(state.propagation)) {
    return playback.mode === 'following'
      ? 'Showing each frame as it is tracked. Scrub away at any time.'
      : 'Tracking goes on in the background.';
  }
  const tracklet = findTracklet(tracklets, tracklets.selectedId);
  if (view.tool === 'hand') return 'Drag to move the frame.';
  if (tracklet === undefined) return startMessage(view.tool);
  const here = promptsAt(prompts, tracklet.id, playback.shownFrame);
  if (isDrawing(view.tool)) return drawingMessage(view.tool, here);
  if (view.tool === 'box') {
    return here?.kind === 'clicks' && here.box !== undefined
      ? 'Drag again to replace the box, refine with points (P), or track it (T).'
      : `Drag a box around “${tracklet.name}”.`;
  }
  if (promptedFrames(prompts, tracklet.id).length === 0) {
    return `Click “${tracklet.name}” in the frame. Right click says what does not belong to it.`;
  }
  if (here?.kind === 'mask') {
    return 'Click to refine the mask you made, or go on painting it (D).';
  }
  if (candidateChoice(state) !== undefined) {
    return 'Refine with more clicks, or choose which mask the point means (C).';
  }
  if (here !== undefined && planRetrack(state).isPossible) {
    return 'Refine with more clicks, then fix the frames around it (Shift R).';
  }
  if (here !== undefined) {
    return tracklet.needsTracking
      ? 'Refine with more clicks, or track it through the clip (T).'
      : 'Refine with more clicks.';
  }
  switch (statusAt(tracklet, playback.shownFrame)) {
    case 'absent':
      return `The model does not see “${tracklet.name}” in this frame. Click it if it is there.`;
    case 'no-mask':
      return `“${tracklet.name}” has no mask in this frame yet.`;
    case 'prompted':
    case 'tracked':
    case 'kept':
    case 'imported':
      return 'Click to correct the mask, then track on from here (T).';
  }
}

type DrawingToolName = 'brush' | 'eraser' | 'lasso';

function isDrawing(tool: ToolName): tool is DrawingToolName {
  return tool === 'brush' || tool === 'eraser' || tool === 'lasso';
}

function startMessage(tool: ToolName): string {
  if (tool === 'brush') return 'Paint over something to make it an object.';
  if (tool === 'lasso') return 'Draw around something to make it an object.';
  if (tool === 'eraser') return 'Select the object whose mask you want to erase from.';
  return 'Select an object, or click the frame to start one.';
}

const DRAWING_HELP: Record<DrawingToolName, string> = {
  brush: 'Paint what belongs to it. The other button, or Alt, takes away.',
  eraser: 'Erase what does not belong to it. The other button, or Alt, adds.',
  lasso: 'Draw around what belongs to it. The other button, or Alt, takes away.',
};

function drawingMessage(tool: DrawingToolName, here: FramePrompts | undefined): string {
  // What is drawn says all of the mask, so that clicks have nothing more to say.
  return here?.kind === 'clicks'
    ? 'Drawing starts from this mask and replaces its clicks.'
    : DRAWING_HELP[tool];
}
