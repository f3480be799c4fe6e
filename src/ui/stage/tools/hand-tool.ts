import type { Gesture, Tool, ToolEffect, ToolPointer } from './tool.ts';

/** Dragging moves the frame; a click does nothing. */
export const handTool: Tool = {
  isFreehand: false,
  spans: false,
  onPress: () => [],
  onDrag: pan,
  onClick: () => [],
  onDrop: () => [],
  preview: () => undefined,
};

/** The way from the last place of the pointer to this one. */
export function pan(gesture: Gesture, pointer: ToolPointer): readonly ToolEffect[] {
  return [
    {
      type: 'pan',
      dx: pointer.view.x - gesture.last.view.x,
      dy: pointer.view.y - gesture.last.view.y,
    },
  ];
}
