import { invariant } from '../core/assert.ts';
import { frameIndex, type FrameIndex } from '../core/ids.ts';

/** What names the frames of a clip. */
export interface FrameNaming {
  readonly frameCount: number;
  /** Each frame's file name without folders, for clips made of frames. */
  readonly frameNames?: readonly string[];
}

const DAVIS_DIGITS = 5;
/** From this many frames on, numbers have six digits. */
const FIVE_DIGIT_FRAMES = 100_000;

/** A file name without its last extension. */
export function fileStem(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** A name without what file systems refuse or read as a path. Never empty. */
export function safeFileName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must not get into a file name
  const safe = name.replaceAll(/[\u0000-\u001f\\/:*?"<>|]/g, '_').replace(/^\.+/, '_');
  return safe.trim() === '' ? 'clip' : safe;
}

/**
 * Names for files about single frames, without extension: those of the clip's own frames, else the
 * frame index in five digits as DAVIS has it (six from 100 000 frames on). Frames that share a
 * stem, as `1.jpg` and `1.png` do, cannot lend their names; the index is used for all of them then.
 */
export function frameStems({ frameCount, frameNames }: FrameNaming): (frame: FrameIndex) => string {
  const stems = frameNames?.map((name) => safeFileName(fileStem(name)));
  if (stems !== undefined && new Set(stems).size === stems.length) {
    return (frame) => {
      const stem = stems[frame];
      invariant(stem !== undefined, `the clip names no frame ${frame}`);
      return stem;
    };
  }
  const digits = frameCount < FIVE_DIGIT_FRAMES ? DAVIS_DIGITS : DAVIS_DIGITS + 1;
  return (frame) => String(frame).padStart(digits, '0');
}

/**
 * Which frame each stem means: the frame of that name where the clip's frames have names and any
 * stem is among them, else the frame of the number at the stem's end. Absent for what fits none.
 */
export function matchStems(
  stems: readonly string[],
  naming: FrameNaming,
): (FrameIndex | undefined)[] {
  const nameOf = frameStems(naming);
  const byName = new Map<string, FrameIndex>();
  for (let index = 0; index < naming.frameCount; index++) {
    byName.set(nameOf(frameIndex(index)), frameIndex(index));
  }
  if (stems.some((stem) => byName.has(stem))) return stems.map((stem) => byName.get(stem));
  return stems.map((stem) => {
    const number = Number(/\d{1,9}$/.exec(stem)?.[0] ?? Number.NaN);
    return number < naming.frameCount ? frameIndex(number) : undefined;
  });
}
