import { clockHz, type VisorFrameName } from './visor-names.ts';

const MICROSECONDS = 1_000_000;
/** As readers of the clock allow for: timestamps come in whole microseconds, ticks do not. */
const TOLERANCE_US = 1;
/**
 * The video whose 120 frames are the only ones of 50,729 that are not where the clock says:
 * `frames_to_timestamps.json` has them one tick earlier, two of three at times.
 */
export const LATE_VIDEO = 'P02_02';

/**
 * When a frame is to be seen, in microseconds.
 * Source: VISOR-FrameExtraction `generate_dense_frames.py`.
 */
export function clockTimeUs({ video, number }: VisorFrameName): number {
  const ticks = Math.max(number - firstNumber(video), 0);
  return (ticks * MICROSECONDS) / clockHz(video);
}

/** The number of the last tick up to a time: the other way about. */
export function clockNumberAt(video: string, timeUs: number): number {
  const ticks = Math.floor(((timeUs + TOLERANCE_US) * clockHz(video)) / MICROSECONDS);
  return Math.max(ticks, 0) + firstNumber(video);
}

function firstNumber(video: string): number {
  return video === LATE_VIDEO ? 2 : 1;
}
