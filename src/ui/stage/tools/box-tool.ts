import { boxBetween, type VideoBox } from '../../../core/geometry.ts';
import type { Gesture, Tool, ToolPointer } from './tool.ts';

/** Smallest side of a box, in video pixels; a thinner one holds no object. */
const MIN_SIDE_PX = 2;

/** Dragging spans a box; a click does nothing. */
export const boxTool: Tool = {
  isFreehand: false,
  spans: true,
  onPress: () => [],
  onDrag: () => [],
  onClick: () => [],
  onDrop: (gesture, pointer) => {
    const box = spannedBox(gesture, pointer);
    return box === undefined ? [] : [{ type: 'set-box', box }];
  },
  preview: (gesture) => {
    const box = spannedBox(gesture, gesture.last);
    return box && { kind: 'box', box };
  },
};

function spannedBox({ start, context }: Gesture, end: ToolPointer): VideoBox | undefined {
  const box = boxBetween(start.point, end.point, context.video);
  const isThin = box.x1 - box.x0 < MIN_SIDE_PX || box.y1 - box.y0 < MIN_SIDE_PX;
  return isThin ? undefined : box;
}
