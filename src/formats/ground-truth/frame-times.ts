/** Of microseconds: timestamps come in thousandths of a frame, clocks in sixtieths of a second. */
const TOLERANCE_US = 1;

/** The first frame at or after a time, as `ffmpeg -ss` takes it; past the end, the frame count. */
export function firstFrameFrom(timestampsUs: ArrayLike<number>, timeUs: number): number {
  let [low, high] = [0, timestampsUs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timestampsUs[middle] ?? 0) < timeUs - TOLERANCE_US) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The frame nearest to a time, the earlier of two; the clip has at least one. */
export function nearestFrame(timestampsUs: ArrayLike<number>, timeUs: number): number {
  const after = Math.min(firstFrameFrom(timestampsUs, timeUs), timestampsUs.length - 1);
  if (after === 0) return 0;
  const distance = (frame: number) => Math.abs((timestampsUs[frame] ?? 0) - timeUs);
  return distance(after - 1) <= distance(after) ? after - 1 : after;
}
