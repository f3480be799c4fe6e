/** What a clip of one frame counts as, and what folders of pictures are played at. */
export const DEFAULT_FRAME_RATE = 25;

/** Frames a second by the median interval; only for showing and playing. */
export function medianFrameRate(timestampsUs: Float64Array): number {
  if (timestampsUs.length < 2) return DEFAULT_FRAME_RATE;
  const intervals = timestampsUs.slice(1).map((us, i) => us - (timestampsUs[i] ?? 0));
  intervals.sort();
  const median = intervals[intervals.length >> 1] ?? 0;
  return median > 0 ? 1e6 / median : DEFAULT_FRAME_RATE;
}
