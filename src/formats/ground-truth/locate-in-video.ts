import type { FrameMapping, FrameTimes } from '../visor/frame-tables.ts';
import { clockTimeUs } from '../visor/visor-clock.ts';
import { clockHz, parseFrameStem, type VisorFrameName } from '../visor/visor-names.ts';
import type { ClipFrames } from './clip-frames.ts';
import type { LocatedFrame, LocateFrame } from './frame-location.ts';
import { firstFrameFrom, nearestFrame } from './frame-times.ts';

const MICROSECONDS = 1_000_000;
/** Farthest that a frame may be from the time it stands for; frames are 11 to 42 ms apart. */
const MAX_DISTANCE_US = 100_000;

/** Tables that come with VISOR, where the user has given them. */
export interface FrameTables {
  readonly mapping?: FrameMapping;
  readonly times?: FrameTimes;
}

/**
 * Finds frames in a video file. VISOR's frames: by the table of EPIC-KITCHENS' numbers where there
 * is one, else by the table of times, else by VISOR's clock. Others, as DAVIS's, by their number.
 */
export function locateInVideo(clip: ClipFrames, tables: FrameTables): LocateFrame {
  return (stem) => {
    const visor = parseFrameStem(stem);
    if (visor === undefined) return locateByNumber(stem, clip);
    return (
      locateByMapping(stem, { visor, clip, tables }) ?? locateByTime(stem, visor, { clip, tables })
    );
  };
}

function locateByNumber(stem: string, { frameCount }: ClipFrames): LocatedFrame {
  const number = Number(/\d{1,9}$/.exec(stem)?.[0] ?? Number.NaN);
  if (Number.isNaN(number)) return { reason: 'The name has no frame number at its end.' };
  if (number < frameCount) return { basis: 'frame-number', frame: number };
  return { reason: `The clip has frames 0 to ${frameCount - 1}.` };
}

interface MappedSearch {
  readonly visor: VisorFrameName;
  readonly clip: ClipFrames;
  readonly tables: FrameTables;
}

/**
 * EPIC-KITCHENS took its frames with `ffmpeg -r`, which gives to each tick the nearest frame.
 */
function locateByMapping(
  stem: string,
  { visor, clip, tables }: MappedSearch,
): LocatedFrame | undefined {
  const table = tables.mapping?.get(visor.video);
  if (table === undefined) return undefined;
  const number = Number(/\d{1,12}$/.exec(table.get(stem) ?? '')?.[0] ?? Number.NaN);
  if (Number.isNaN(number)) return { reason: 'frame_mapping.json does not list this frame.' };
  const timeUs = ((number - 1) * MICROSECONDS) / clockHz(visor.video);
  const frame = nearestFrame(clip.timestampsUs, timeUs);
  return nearTime(frame, timeUs, { clip, basis: 'frame-mapping' });
}

/** VISOR's own tool takes frames with `ffmpeg -ss`, which gives the first at or after a time. */
function locateByTime(
  stem: string,
  visor: VisorFrameName,
  { clip, tables }: Pick<MappedSearch, 'clip' | 'tables'>,
): LocatedFrame {
  const listedUs = tables.times?.get(stem);
  const timeUs = listedUs ?? clockTimeUs(visor);
  const frame = firstFrameFrom(clip.timestampsUs, timeUs);
  const basis = listedUs === undefined ? 'visor-clock' : 'timestamps';
  if (frame < clip.frameCount) return nearTime(frame, timeUs, { clip, basis });
  return { reason: `Its time, ${seconds(timeUs)}, is after the clip’s last frame.` };
}

function nearTime(
  frame: number,
  timeUs: number,
  {
    clip,
    basis,
  }: { readonly clip: ClipFrames; readonly basis: 'frame-mapping' | 'timestamps' | 'visor-clock' },
): LocatedFrame {
  const distanceUs = Math.abs((clip.timestampsUs[frame] ?? 0) - timeUs);
  if (distanceUs <= MAX_DISTANCE_US) return { basis, frame, timeUs };
  return { reason: `The clip has no frame within 0.1 s of its time, ${seconds(timeUs)}.` };
}

function seconds(timeUs: number): string {
  return `${(timeUs / MICROSECONDS).toFixed(3)} s`;
}
