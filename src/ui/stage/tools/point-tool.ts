import { isInside } from '../../../core/geometry.ts';
import type { PointLabel } from '../../../store/view-slice.ts';
import { pan } from './hand-tool.ts';
import type { Gesture, Tool } from './tool.ts';

/** A click places a point; dragging moves the frame, so that a finger can do both. */
export const pointTool: Tool = {
  isFreehand: false,
  spans: false,
  onPress: () => [],
  onDrag: pan,
  onClick: (gesture) => {
    const { point } = gesture.start;
    return isInside(point, gesture.context.video)
      ? [{ type: 'add-point', point, label: labelOf(gesture) }]
      : [];
  },
  onDrop: () => [],
  preview: () => undefined,
};

// The other button, or Alt, says the opposite of what the tool is set to.
function labelOf({ start, context }: Gesture): PointLabel {
  const isOpposite = start.button === 'secondary' || start.isAltHeld;
  const isPositive = (context.pointLabel === 'positive') !== isOpposite;
  return isPositive ? 'positive' : 'negative';
}
