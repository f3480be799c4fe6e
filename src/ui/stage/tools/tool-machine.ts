import { assertNever } from '../../../core/assert.ts';
import { boxTool } from './box-tool.ts';
import { brushTool, eraserTool, lassoTool } from './drawing-tools.ts';
import { handTool } from './hand-tool.ts';
import { pointTool } from './point-tool.ts';
import type { Gesture, Tool, ToolContext, ToolEffect, ToolPointer, ToolPreview } from './tool.ts';

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
/** Places nearer to each other than this, in CSS pixels, are one to a freehand tool. */
const PATH_STEP_PX = 1;

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

/** What to draw over the frame now, if anything. */
export function previewOf(state: ToolState): ToolPreview | undefined {
  if (state.phase === 'idle') return undefined;
  const { phase, tool, gesture } = state;
  return phase === 'dragging' || tool.isFreehand ? tool.preview(gesture) : undefined;
}

function press(pointer: ToolPointer, context: ToolContext): ToolStep {
  const tool = toolFor(pointer, context);
  const gesture = { start: pointer, last: pointer, path: [pointer.point], context };
  return { state: { phase: 'pointing', tool, gesture }, effects: tool.onPress(gesture) };
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
    case 'brush':
      return brushTool;
    case 'eraser':
      return eraserTool;
    case 'lasso':
      return lassoTool;
    default:
      return assertNever(context.tool);
  }
}

function move(state: Exclude<ToolState, { phase: 'idle' }>, pointer: ToolPointer): ToolStep {
  const { tool, gesture } = state;
  const { start, last, path } = gesture;
  if (tool.isFreehand && distance(last, pointer) < PATH_STEP_PX) return stay(state);
  const isStill = !tool.isFreehand && state.phase === 'pointing';
  if (isStill && distance(start, pointer) < CLICK_SLOP_PX) return stay(state);
  const moved = { ...gesture, last: pointer };
  return {
    state: {
      ...state,
      phase: 'dragging',
      gesture: tool.isFreehand ? { ...moved, path: [...path, pointer.point] } : moved,
    },
    effects: tool.onDrag(gesture, pointer),
  };
}

function release(state: Exclude<ToolState, { phase: 'idle' }>, pointer: ToolPointer): ToolStep {
  const effects =
    state.phase === 'dragging'
      ? state.tool.onDrop(state.gesture, pointer)
      : state.tool.onClick(state.gesture);
  return { state: IDLE, effects };
}

function distance(a: ToolPointer, b: ToolPointer): number {
  return Math.hypot(a.view.x - b.view.x, a.view.y - b.view.y);
}

function stay(state: ToolState): ToolStep {
  return { state, effects: [] };
}
