import type { ObjectId } from '../core/ids.ts';
import type { ZipPictures } from '../protocol/export-api.ts';
import {
  fitViewport,
  viewPoint,
  zoomViewport,
  type Size,
  type Viewport,
  type ViewPoint,
} from '../core/geometry.ts';
import { INITIAL_EXPORT_CHOICE, type ExportChoice } from './export-choice.ts';

/** Files whose meaning only the user knows: a zip, a folder of PNGs, or annotations in JSON. */
export type AmbiguousKind = 'zip' | 'folder' | 'labels';

/** What a press on the stage means. */
export type ToolName = 'point' | 'box' | 'brush' | 'eraser' | 'lasso' | 'hand';
/** Whether a point belongs to the object. */
export type PointLabel = 'positive' | 'negative';
/** `system`: as the operating system has it. */
export type ThemeChoice = 'system' | 'light' | 'dark';
/** What the panel at the right shows. */
export type PanelTab = 'objects' | 'scores' | 'review' | 'memory';
/** In their order. */
export const PANEL_TABS: readonly PanelTab[] = ['objects', 'scores', 'review', 'memory'];
/** One of the masks of a picture. */
export interface MaskChoice {
  /** As users read it: `3`, or `#ff0000`. */
  readonly value: string;
  /** `#rrggbb` */
  readonly color: string;
  /** At the clip's size. */
  readonly areaPx: number;
}

/** The dialog over the page, with what it is about. */
export type OpenDialog =
  | { readonly kind: 'shortcuts' }
  /** All commands, to be searched. */
  | { readonly kind: 'palette' }
  | { readonly kind: 'export' }
  | { readonly kind: 'scores' }
  /** How fast the model runs here. */
  | { readonly kind: 'benchmark' }
  /** Where each frame of the ground truth lies on the clip. */
  | { readonly kind: 'frame-match' }
  /** Which of a picture's masks is meant. */
  | {
      readonly kind: 'choose-mask';
      readonly name: string;
      readonly choices: readonly MaskChoice[];
    }
  | { readonly kind: 'confirm-open'; readonly name: string }
  /** Which sequence of a zip is the clip. */
  | {
      readonly kind: 'choose-sequence';
      readonly name: string;
      readonly sequences: readonly ZipPictures[];
    }
  | { readonly kind: 'choose-meaning'; readonly name: string; readonly of: AmbiguousKind };

/** What of an object is being changed in its row of the list. */
export interface ObjectEdit {
  readonly objectId: ObjectId;
  readonly part: 'name' | 'color';
}

/** `fit`: the whole frame, whatever the stage's size. */
export type Zoom =
  | { readonly kind: 'fit' }
  | { readonly kind: 'free'; readonly viewport: Viewport };

/** What is on the screen and how; nothing of it is part of the work. */
export interface ViewSlice {
  /** CSS pixels. */
  readonly stageSize: Size;
  readonly devicePixelRatio: number;
  readonly zoom: Zoom;
  readonly tool: ToolName;
  /** What a plain click says. */
  readonly pointLabel: PointLabel;
  /** While the key is down, dragging moves the frame whatever the tool. */
  readonly isPanKeyHeld: boolean;
  /** Whether the arrow keys aim on the stage, in the place of a mouse. */
  readonly isAiming: boolean;
  /** How wide the brush and the eraser are, in video pixels. */
  readonly brushSizePx: number;
  /** Whether what a click would give is shown under a resting pointer. */
  readonly arePreviewsShown: boolean;
  readonly areMasksShown: boolean;
  /** 0..1 */
  readonly fillOpacity: number;
  /** CSS pixels */
  readonly outlineWidth: number;
  readonly theme: ThemeChoice;
  readonly dialog: OpenDialog | undefined;
  readonly panelTab: PanelTab;
  readonly objectEdit: ObjectEdit | undefined;
  /** Frames of the timeline that are in sight: `[first, first + count)`; absent: all. */
  readonly timelineWindow: { readonly first: number; readonly count: number } | undefined;
  /** CSS pixels; absent: as the stylesheet has it. */
  readonly timelineHeightPx: number | undefined;
  /** Whether the timeline shows small pictures; absent: where it is high enough. */
  readonly isFilmstripShown: boolean | undefined;
  /** What was exported last. */
  readonly exportChoice: ExportChoice;
  /** What was chosen in the palette, by name, newest first. */
  readonly recentCommands: readonly string[];
}

/** How the page looks at the first visit. */
export const INITIAL_VIEW: ViewSlice = {
  stageSize: { width: 0, height: 0 },
  devicePixelRatio: 1,
  zoom: { kind: 'fit' },
  tool: 'point',
  pointLabel: 'positive',
  isPanKeyHeld: false,
  isAiming: false,
  brushSizePx: 24,
  arePreviewsShown: true,
  areMasksShown: true,
  fillOpacity: 0.45,
  outlineWidth: 2,
  theme: 'system',
  dialog: undefined,
  panelTab: 'objects',
  objectEdit: undefined,
  timelineWindow: undefined,
  timelineHeightPx: undefined,
  isFilmstripShown: undefined,
  exportChoice: INITIAL_EXPORT_CHOICE,
  recentCommands: [],
};

/** So many commands are remembered as recent. */
export const MOST_RECENT_COMMANDS = 5;

/** Widths that a brush may have, in video pixels. */
export const BRUSH_SIZES_PX = { smallest: 2, largest: 400 } as const;

/** Free space around a fitted frame, in CSS pixels. */
export const FIT_MARGIN_PX = 24;
const MIN_SCALE = 0.05;
const MAX_SCALE = 32;
/** How much of the frame stays in sight when it is pushed away, in CSS pixels. */
const KEPT_IN_SIGHT_PX = 48;

/** Where the video lies on the stage now. */
export function viewportOf(view: ViewSlice, video: Size | undefined): Viewport {
  if (view.zoom.kind === 'free') return view.zoom.viewport;
  if (video === undefined || view.stageSize.width === 0) {
    return { scale: 1, offsetX: 0, offsetY: 0 };
  }
  const inner = {
    width: Math.max(view.stageSize.width - 2 * FIT_MARGIN_PX, 1),
    height: Math.max(view.stageSize.height - 2 * FIT_MARGIN_PX, 1),
  };
  const fitted = fitViewport(video, inner);
  return {
    scale: fitted.scale,
    offsetX: fitted.offsetX + FIT_MARGIN_PX,
    offsetY: fitted.offsetY + FIT_MARGIN_PX,
  };
}

/** Zooms about a point of the stage; the scale stays between 5 % and 3200 %. */
export function zoomedBy(viewport: Viewport, anchor: ViewPoint, factor: number): Viewport {
  const scale = Math.min(Math.max(viewport.scale * factor, MIN_SCALE), MAX_SCALE);
  return zoomViewport(viewport, anchor, scale / viewport.scale);
}

/** Moves the video, but never wholly out of sight. */
export function pannedBy(
  viewport: Viewport,
  delta: { readonly dx: number; readonly dy: number },
  sizes: { readonly stage: Size; readonly video: Size },
): Viewport {
  const clamp = (value: number, videoPx: number, stagePx: number) =>
    Math.min(
      Math.max(value, KEPT_IN_SIGHT_PX - videoPx * viewport.scale),
      stagePx - KEPT_IN_SIGHT_PX,
    );
  return {
    scale: viewport.scale,
    offsetX: clamp(viewport.offsetX + delta.dx, sizes.video.width, sizes.stage.width),
    offsetY: clamp(viewport.offsetY + delta.dy, sizes.video.height, sizes.stage.height),
  };
}

/** The middle of a stage of this size. */
export function centreOf(size: Size): ViewPoint {
  return viewPoint(size.width / 2, size.height / 2);
}

/** Keeps the timeline's window within the clip; absent where it would show all of it. */
export function windowWithin(
  window: { readonly first: number; readonly count: number },
  totalFrames: number,
): ViewSlice['timelineWindow'] {
  if (window.count >= totalFrames) return undefined;
  const first = Math.min(Math.max(window.first, 0), totalFrames - window.count);
  return { first, count: window.count };
}
