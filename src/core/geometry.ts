declare const space: unique symbol;
type Point<Space extends string> = {
  readonly x: number;
  readonly y: number;
  readonly [space]?: Space;
};

/** Video pixels, origin top left of the upright frame; the centre of the first pixel is (0.5, 0.5). */
export type VideoPoint = Point<'video'>;
/** CSS pixels relative to the stage's top left corner. */
export type ViewPoint = Point<'view'>;

/** Width and height in whole pixels, or in CSS pixels where it is a view's. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Axis-aligned, in video pixels; `x1 > x0` and `y1 > y0`. */
export interface VideoBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/**
 * Where the video lies on the stage: a video point p is shown at `offset + p·scale`.
 * `scale` is CSS pixels for each video pixel, the offsets are CSS pixels.
 */
export interface Viewport {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** A point in video pixels. */
export function videoPoint(x: number, y: number): VideoPoint {
  return { x, y };
}

/** A point in CSS pixels of the stage. */
export function viewPoint(x: number, y: number): ViewPoint {
  return { x, y };
}

/** Which point of the video lies under a point of the stage. */
export function viewToVideo(point: ViewPoint, viewport: Viewport): VideoPoint {
  return videoPoint(
    (point.x - viewport.offsetX) / viewport.scale,
    (point.y - viewport.offsetY) / viewport.scale,
  );
}

/** Where a point of the video is shown on the stage. */
export function videoToView(point: VideoPoint, viewport: Viewport): ViewPoint {
  return viewPoint(
    point.x * viewport.scale + viewport.offsetX,
    point.y * viewport.scale + viewport.offsetY,
  );
}

/** The viewport that shows the whole video, centred, as large as it fits. */
export function fitViewport(video: Size, view: Size): Viewport {
  const scale = Math.min(view.width / video.width, view.height / video.height);
  return {
    scale,
    offsetX: (view.width - video.width * scale) / 2,
    offsetY: (view.height - video.height * scale) / 2,
  };
}

/** Scales by `factor` about `anchor`, which stays where it is on the stage. */
export function zoomViewport(viewport: Viewport, anchor: ViewPoint, factor: number): Viewport {
  return {
    scale: viewport.scale * factor,
    offsetX: anchor.x - (anchor.x - viewport.offsetX) * factor,
    offsetY: anchor.y - (anchor.y - viewport.offsetY) * factor,
  };
}

/** Whether the point lies on a pixel of the frame. */
export function isInside(point: VideoPoint, video: Size): boolean {
  return point.x >= 0 && point.y >= 0 && point.x < video.width && point.y < video.height;
}

/** The box spanned by two corners in any order, cut to the frame. */
export function boxBetween(a: VideoPoint, b: VideoPoint, video: Size): VideoBox {
  const clampX = (x: number) => Math.min(Math.max(x, 0), video.width);
  const clampY = (y: number) => Math.min(Math.max(y, 0), video.height);
  return {
    x0: clampX(Math.min(a.x, b.x)),
    y0: clampY(Math.min(a.y, b.y)),
    x1: clampX(Math.max(a.x, b.x)),
    y1: clampY(Math.max(a.y, b.y)),
  };
}
