import { assertNever } from '../../../core/assert.ts';
import type { VideoBox } from '../../../core/geometry.ts';
import { boxTool } from './box-tool.ts';
import { handTool } from './hand-tool.ts';
import { pointTool } from './point-tool.ts';
import type { Gesture, Tool, ToolContext, ToolEffect, ToolPointer } from './tool.ts';

/** `pointing`: pressed, but not moved far enough to be a drag. */
export type ToolState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'pointing' | 'dragging'; readonly tool: Tool; readonly gesture: Gesture };

/** What a pointer does, once it is known to belong to a tool. */
export type ToolEvent =
  | { readonly type: 'press'; readonly pointer: ToolPointer; readonly context: ToolContext }
  | { readonly type: 'move'; readonly pointer: ToolPointer }
  | { readonly type: 'release'; readonly pointer: ToolPointer }
  | { readonly type: 'cancel' };

/** Where the gesture stands after an event, and what it asks for. */
export interface ToolStep {
  readonly state: ToolState;
  readonly effects: readonly ToolEffect[];
}

/** No gesture. */
export const IDLE: ToolState = { phase: 'idle' };

/** A press that moves less than this, in CSS pixels, is a click. */
const CLICK_SLOP_PX = 4;

/** One step of a gesture; the caller carries out the effects. */
export function stepTool(state: ToolState, event: ToolEvent): ToolStep {
  switch (event.type) {
    case 'press':
      return press(event.pointer, event.context);
    case 'move':
      return state.phase === 'idle' ? stay(state) : move(state, event.pointer);
    case 'release':
      return state.phase === 'idle' ? stay(state) : release(state, event.pointer);
    case 'cancel':
      return stay(IDLE);
    default:
      return assertNever(event);
  }
}

/** The box to draw now, if the gesture spans one. */
export function previewBox(state: ToolState): VideoBox | undefined {
  return state.phase === 'dragging' ? state.tool.preview(state.gesture) : undefined;
}

function press(pointer: ToolPointer, context: ToolContext): ToolStep {
  const tool = toolFor(pointer, context);
  return stay({
    phase: 'pointing',
    tool,
    gesture: { start: pointer, last: pointer, context },
  });
}

// The middle button and the pan key move the frame whatever the tool.
function toolFor(pointer: ToolPointer, context: ToolContext): Tool {
  if (pointer.button === 'middle' || context.isPanKeyHeld) return handTool;
  switch (context.tool) {
    case 'hand':
      return handTool;
    case 'point':
      return pointTool;
    case 'box':
      // The other button places points in every tool.
      return pointer.button === 'secondary' ? pointTool : boxTool;
    default:
      return assertNever(context.tool);
  }
}

function move(state: Exclude<ToolState, { phase: 'idle' }>, pointer: ToolPointer): ToolStep {
  const { start } = state.gesture;
  const distance = Math.hypot(pointer.view.x - start.view.x, pointer.view.y - start.view.y);
  if (state.phase === 'pointing' && distance < CLICK_SLOP_PX) return stay(state);
  return {
    state: { ...state, phase: 'dragging', gesture: { ...state.gesture, last: pointer } },
    effects: state.tool.onDrag(state.gesture, pointer),
  };
}

function release(state: Exclude<ToolState, { phase: 'idle' }>, pointer: ToolPointer): ToolStep {
  const effects =
    state.phase === 'dragging'
      ? state.tool.onDrop(state.gesture, pointer)
      : state.tool.onClick(state.gesture);
  return { state: IDLE, effects };
}

function stay(state: ToolState): ToolStep {
  return { state, effects: [] };
}
