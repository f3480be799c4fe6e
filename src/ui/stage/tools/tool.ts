import type { Size, VideoBox, VideoPoint, ViewPoint } from '../../../core/geometry.ts';
import type { Drawing } from '../../../store/mask-painting.ts';
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
  /** Of the brush and the eraser, in video pixels. */
  readonly brushSizePx: number;
  readonly video: Size;
}

/** What a gesture asks for. */
export type ToolEffect =
  | { readonly type: 'add-point'; readonly point: VideoPoint; readonly label: PointLabel }
  | { readonly type: 'set-box'; readonly box: VideoBox }
  | { readonly type: 'pan'; readonly dx: number; readonly dy: number }
  /** The frame must not move on while it is drawn on. */
  | { readonly type: 'hold-frame' }
  | { readonly type: 'draw'; readonly drawing: Drawing };

/** What is drawn over the frame while a gesture is under way. */
export type ToolPreview =
  | { readonly kind: 'box'; readonly box: VideoBox }
  | { readonly kind: 'drawing'; readonly drawing: Drawing };

/** A gesture under way, with all that was decided when it began. */
export interface Gesture {
  readonly start: ToolPointer;
  readonly last: ToolPointer;
  /** Where the pointer was, from the start on; only freehand tools keep more than that. */
  readonly path: readonly VideoPoint[];
  readonly context: ToolContext;
}

/** A tool: what its gestures mean. Data in, data out. */
export interface Tool {
  /** Whether a press draws at once, and every place of the pointer counts. */
  readonly isFreehand: boolean;
  /** Whether it makes something of the way from the press to the release. */
  readonly spans: boolean;
  onPress(gesture: Gesture): readonly ToolEffect[];
  /** The pointer moved on while dragging. */
  onDrag(gesture: Gesture, pointer: ToolPointer): readonly ToolEffect[];
  /** The pointer was released where it was pressed. */
  onClick(gesture: Gesture): readonly ToolEffect[];
  /** The pointer was released after dragging. */
  onDrop(gesture: Gesture, pointer: ToolPointer): readonly ToolEffect[];
  /** What to draw while dragging, or from the press on. */
  preview(gesture: Gesture): ToolPreview | undefined;
}
