import type { Drawing } from '../../../store/mask-painting.ts';
import type { Gesture, Tool, ToolPointer } from './tool.ts';

/** Painting adds to the mask. */
export const brushTool: Tool = drawingTool({ isLasso: false, takes: false });
/** Painting takes from the mask. */
export const eraserTool: Tool = drawingTool({ isLasso: false, takes: true });
/** What the line goes round is added to the mask. */
export const lassoTool: Tool = drawingTool({ isLasso: true, takes: false });

interface DrawingToolOptions {
  readonly isLasso: boolean;
  /** What it does with the first button; the other one, or Alt, does the opposite. */
  readonly takes: boolean;
}

function drawingTool({ isLasso, takes }: DrawingToolOptions): Tool {
  const drawingOf = ({ start, path, context }: Gesture): Drawing => ({
    shape: isLasso ? { kind: 'lasso' } : { kind: 'stroke', diameter: context.brushSizePx },
    path,
    isTaking: (start.button === 'secondary' || start.isAltHeld) !== takes,
  });
  const finished = (gesture: Gesture, end: ToolPointer) =>
    drawingOf({ ...gesture, path: [...gesture.path, end.point] });
  return {
    isFreehand: true,
    spans: true,
    onPress: () => [{ type: 'hold-frame' }],
    onDrag: () => [],
    // A lasso needs a way.
    onClick: (gesture) => (isLasso ? [] : [{ type: 'draw', drawing: drawingOf(gesture) }]),
    onDrop: (gesture, pointer) => [{ type: 'draw', drawing: finished(gesture, pointer) }],
    preview: (gesture) => ({ kind: 'drawing', drawing: drawingOf(gesture) }),
  };
}
