import {
  videoToView,
  viewPoint,
  viewToVideo,
  type VideoPoint,
  type ViewPoint,
} from '../../core/geometry.ts';
import type { Drawing } from '../../store/mask-painting.ts';
import type { Studio } from '../../store/studio-store.ts';
import { viewportOf } from '../../store/view-slice.ts';
import { pinchBetween, wheelZoom } from './pinch.ts';
import { isStageControl } from './stage-control.ts';
import type { ToolContext, ToolEffect, ToolPointer, ToolPreview } from './tools/tool.ts';
import { IDLE, previewOf, stepTool, type ToolEvent, type ToolState } from './tools/tool-machine.ts';

interface StageGesturesOptions {
  readonly element: HTMLElement;
  readonly studio: Studio;
  /** What is being spanned or drawn; absent: nothing. */
  readonly onPreview: (preview: ToolPreview | undefined) => void;
  /** A finished drawing, which stays in sight until the mask with it is on the stage. */
  readonly onDrawn: (drawing: Drawing, shown: Promise<void>) => void;
}

/** By `PointerEvent.button`; 5 is the eraser at the other end of a pen. */
const BUTTONS: readonly (ToolPointer['button'] | undefined)[] = [
  'primary',
  'middle',
  'secondary',
  undefined,
  undefined,
  'secondary',
];
/** What one step of the wheel makes of the brush, at most. */
const BRUSH_STEP = 1.2;

/**
 * Translates what pointers do on the stage into events of the tools, and carries out what those
 * ask for. Two fingers zoom and move the frame. Keys that aim press and move as a mouse does.
 */
export class StageGestures implements Disposable {
  readonly #options: StageGesturesOptions;
  readonly #abort = new AbortController();
  /** Where each pressed pointer was last, by pointer id. */
  readonly #pointers = new Map<number, ViewPoint>();
  #state: ToolState = IDLE;

  constructor(options: StageGesturesOptions) {
    this.#options = options;
    const { element } = options;
    const { signal } = this.#abort;
    element.addEventListener('pointerdown', this.#onDown, { signal });
    element.addEventListener('pointermove', this.#onMove, { signal });
    element.addEventListener('pointerup', this.#onUp, { signal });
    element.addEventListener('pointercancel', this.#onCancel, { signal });
    element.addEventListener('wheel', this.#onWheel, { signal, passive: false });
    element.addEventListener('contextmenu', preventDefault, { signal });
    element.addEventListener('touchend', keepClickAway, { signal, passive: false });
    window.addEventListener('keydown', this.#onKey, { signal, capture: true });
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }

  /** Whether something is pressed and not released. */
  get isUnderWay(): boolean {
    return this.#state.phase !== 'idle';
  }

  /** Presses without a pointer. @returns whether the tool draws from here on, until it is released */
  press(point: VideoPoint, button: ToolPointer['button']): boolean {
    const context = this.#context();
    if (context === undefined) return false;
    const pointer = this.#pointerAt(point, button);
    this.#step({ type: 'press', pointer, context });
    const isDrawing = this.#state.phase !== 'idle' && this.#state.tool.spans;
    if (!isDrawing) this.#step({ type: 'release', pointer });
    return isDrawing;
  }

  /** Moves what was pressed without a pointer. */
  moveTo(point: VideoPoint): void {
    this.#step({ type: 'move', pointer: this.#pointerAt(point, 'primary') });
  }

  /** Releases it. */
  release(point: VideoPoint): void {
    this.#step({ type: 'release', pointer: this.#pointerAt(point, 'primary') });
  }

  /** Ends it without an effect. */
  cancel(): void {
    this.#step({ type: 'cancel' });
  }

  readonly #onDown = (event: PointerEvent): void => {
    const context = this.#context();
    if (context === undefined || isStageControl(event.target)) return;
    this.#options.element.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#viewPointOf(event));
    // The middle button would start the browser's own scrolling.
    if (event.button === 1) event.preventDefault();
    if (this.#pointers.size > 1) this.#step({ type: 'cancel' });
    else this.#step({ type: 'press', pointer: this.#pointerOf(event), context });
  };

  readonly #onMove = (event: PointerEvent): void => {
    if (!this.#pointers.has(event.pointerId)) return;
    const before = [...this.#pointers.values()];
    this.#pointers.set(event.pointerId, this.#viewPointOf(event));
    const after = [...this.#pointers.values()];
    const [a, b] = before;
    const [c, d] = after;
    if (a && b && c && d) this.#pinch(pinchBetween([a, b], [c, d]));
    else this.#step(...this.#movesOf(event));
  };

  readonly #onUp = (event: PointerEvent): void => {
    if (!this.#pointers.delete(event.pointerId)) return;
    this.#step({ type: 'release', pointer: this.#pointerOf(event) });
  };

  readonly #onCancel = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
    this.#step({ type: 'cancel' });
  };

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { view } = this.#options.studio.actions;
    const { tool } = this.#options.studio.store.getState().view;
    const isBrush = tool === 'brush' || tool === 'eraser';
    if (event.shiftKey && isBrush) view.scaleBrush(brushFactor(event));
    else if (event.shiftKey && !event.ctrlKey) view.panBy(-event.deltaX - event.deltaY, 0);
    else view.zoomAt(this.#viewPointOf(event), wheelZoom(event.deltaY, event.ctrlKey));
  };

  // Before all other keys: Escape in a drag ends the drag and nothing else.
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.#state.phase === 'idle') return;
    event.stopPropagation();
    this.#step({ type: 'cancel' });
  };

  #pinch(step: ReturnType<typeof pinchBetween>): void {
    const { view } = this.#options.studio.actions;
    view.panBy(step.dx, step.dy);
    view.zoomAt(step.anchor, step.factor);
  }

  #step(...events: readonly ToolEvent[]): void {
    for (const event of events) {
      const { state, effects } = stepTool(this.#state, event);
      this.#state = state;
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#options.onPreview(previewOf(this.#state));
  }

  #carryOut(effect: ToolEffect): void {
    const { painting, prompts, view } = this.#options.studio.actions;
    switch (effect.type) {
      case 'add-point':
        prompts.addPoint(effect.point, effect.label);
        break;
      case 'set-box':
        prompts.setBox(effect.box);
        break;
      case 'pan':
        view.panBy(effect.dx, effect.dy);
        break;
      case 'hold-frame':
        painting.begin();
        break;
      case 'draw': {
        const { drawing } = effect;
        this.#options.onDrawn(drawing, painting.draw(drawing));
        break;
      }
    }
  }

  #context(): ToolContext | undefined {
    const { view, video } = this.#options.studio.store.getState();
    return video.info === undefined
      ? undefined
      : {
          tool: view.tool,
          pointLabel: view.pointLabel,
          isPanKeyHeld: view.isPanKeyHeld,
          brushSizePx: view.brushSizePx,
          video: video.info,
        };
  }

  /** Every place that the pointer was in since the last event: a quick stroke has few events. */
  #movesOf(event: PointerEvent): ToolEvent[] {
    const passed = event.getCoalescedEvents();
    return (passed.length === 0 ? [event] : passed).map((place) => ({
      type: 'move',
      pointer: this.#pointerOf(place),
    }));
  }

  #pointerOf(event: PointerEvent): ToolPointer {
    const { view, video } = this.#options.studio.store.getState();
    const at = this.#viewPointOf(event);
    return {
      point: viewToVideo(at, viewportOf(view, video.info)),
      view: at,
      button: BUTTONS[event.button] ?? 'primary',
      isAltHeld: event.altKey,
    };
  }

  #pointerAt(point: VideoPoint, button: ToolPointer['button']): ToolPointer {
    const { view, video } = this.#options.studio.store.getState();
    return {
      point,
      view: videoToView(point, viewportOf(view, video.info)),
      button,
      isAltHeld: false,
    };
  }

  #viewPointOf(event: MouseEvent): ViewPoint {
    const bounds = this.#options.element.getBoundingClientRect();
    return viewPoint(event.clientX - bounds.left, event.clientY - bounds.top);
  }
}

// Browsers turn the wheel sideways while Shift is held.
function brushFactor({ deltaX, deltaY }: WheelEvent): number {
  return deltaX + deltaY > 0 ? 1 / BRUSH_STEP : BRUSH_STEP;
}

function preventDefault(event: Event): void {
  event.preventDefault();
}

// After a tap comes a click at the same place, where the point's own marker lies by then: it would
// take the point away again.
function keepClickAway(event: TouchEvent): void {
  if (event.cancelable && !isStageControl(event.target)) event.preventDefault();
}
