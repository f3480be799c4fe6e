import type { Size, VideoBox, VideoPoint, ViewPoint } from '../../../core/geometry.ts';
import type { PointLabel, ToolName } from '../../../store/view-slice.ts';

/** A pointer as tools see it. */
export interface ToolPointer {
  readonly point: VideoPoint;
  readonly view: ViewPoint;
  readonly button: 'primary' | 'secondary' | 'middle';
  readonly isAltHeld: boolean;
}

/** What the tool must know of the studio when a gesture begins. */
export interface ToolContext {
  readonly tool: ToolName;
  readonly pointLabel: PointLabel;
  readonly isPanKeyHeld: boolean;
  readonly video: Size;
}

/** What a gesture asks for. */
export type ToolEffect =
  | { readonly type: 'add-point'; readonly point: VideoPoint; readonly label: PointLabel }
  | { readonly type: 'set-box'; readonly box: VideoBox }
  | { readonly type: 'pan'; readonly dx: number; readonly dy: number };

/** A gesture under way, with all that was decided when it began. */
export interface Gesture {
  readonly start: ToolPointer;
  readonly last: ToolPointer;
  readonly context: ToolContext;
}

/** A tool: what its gestures mean. Data in, data out. */
export interface Tool {
  /** The pointer moved on while dragging. */
  onDrag(gesture: Gesture, pointer: ToolPointer): readonly ToolEffect[];
  /** The pointer was released where it was pressed. */
  onClick(gesture: Gesture): readonly ToolEffect[];
  /** The pointer was released after dragging. */
  onDrop(gesture: Gesture, pointer: ToolPointer): readonly ToolEffect[];
  /** The box to draw while dragging. */
  preview(gesture: Gesture): VideoBox | undefined;
}
