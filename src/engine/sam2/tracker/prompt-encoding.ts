import type { Size, VideoPoint } from '../../../core/geometry.ts';
import type { ClickPrompts, PointPrompt } from '../../../core/prompts.ts';
import type { EncodedPoints } from '../engine-graphs.ts';

/** `prompt_encoder.py: _embed_points`; a box is two points, as SAM 2 was trained. */
const LABELS = { positive: 1, negative: 0, boxTopLeft: 2, boxBottomRight: 3 } as const;

/**
 * Clicks as the prompt encoder takes them: the box's corners first, then the points in order. The
 * result is the caller's. Source: `sam2_video_predictor.py: add_new_points_or_box`.
 * @param imageSize S, side of the model's square input in pixels
 */
export function encodeClicks(clicks: ClickPrompts, video: Size, imageSize: number): EncodedPoints {
  const { box } = clicks;
  const corners: readonly [VideoPoint, number][] =
    box === undefined
      ? []
      : [
          [{ x: box.x0, y: box.y0 }, LABELS.boxTopLeft],
          [{ x: box.x1, y: box.y1 }, LABELS.boxBottomRight],
        ];
  const points = clicks.points.map((point): [PointPrompt, number] => [point, LABELS[point.label]]);
  const labelled = [...corners, ...points];
  return {
    coordinates: Float32Array.from(
      labelled.flatMap(([{ x, y }]) => [
        toModel(x, video.width, imageSize),
        toModel(y, video.height, imageSize),
      ]),
    ),
    labels: Int32Array.from(labelled.map(([, label]) => label)),
  };
}

/** Two float32 operations, like the reference's tensors. */
function toModel(value: number, videoSize: number, imageSize: number): number {
  return Math.fround(Math.fround(Math.fround(value) / videoSize) * imageSize);
}

/** No points at all. */
export const NO_POINTS: EncodedPoints = {
  coordinates: new Float32Array(),
  labels: new Int32Array(),
};

/** How many points two lists begin with in common. */
export function sharedPrefix(a: EncodedPoints, b: EncodedPoints): number {
  const most = Math.min(a.labels.length, b.labels.length);
  for (let i = 0; i < most; i++) {
    const isSame =
      a.labels[i] === b.labels[i] &&
      a.coordinates[2 * i] === b.coordinates[2 * i] &&
      a.coordinates[2 * i + 1] === b.coordinates[2 * i + 1];
    if (!isSame) return i;
  }
  return most;
}

/** The first `count` points, as views. */
export function firstPoints(points: EncodedPoints, count: number): EncodedPoints {
  return {
    coordinates: points.coordinates.subarray(0, 2 * count),
    labels: points.labels.subarray(0, count),
  };
}
