import type { FrameMatch, MatchProblem, MatchRow, SizeRelation } from '../../core/frame-match.ts';
import type { Size } from '../../core/geometry.ts';
import { frameIndex } from '../../core/ids.ts';
import { relateSizes } from '../../core/relate-sizes.ts';
import { fileStem } from '../frame-names.ts';
import { LATE_VIDEO } from '../visor/visor-clock.ts';
import { findVideoName, parseFrameStem } from '../visor/visor-names.ts';
import type { ClipFrames } from './clip-frames.ts';
import type { LocatedFrame, LocateFrame } from './frame-location.ts';
import { locateInPictures } from './locate-in-pictures.ts';
import { locateInVideo, type FrameTables } from './locate-in-video.ts';

/** What of a ground truth must fit a clip. */
export interface TruthFrames {
  readonly size: Size;
  /** Names of its frames without extension, in the order of time. */
  readonly stems: readonly string[];
  /** Where each lies in the clip, in data sets that count frames and do not name them. */
  readonly places?: readonly number[];
}

/** How a ground truth is laid onto a clip. */
export interface MatchOptions extends FrameTables {
  /** Added to each frame that was found, by the user who sees that it is off. */
  readonly offsetFrames?: number;
}

/**
 * Finds the clip's frame for each frame of a ground truth: pictures by name, video files by VISOR's
 * clock or by number. No two frames of the ground truth lie on one frame of the clip.
 */
export function matchFrames(
  truth: TruthFrames,
  clip: ClipFrames,
  options: MatchOptions = {},
): FrameMatch {
  const locate = truth.places === undefined ? locatorFor(clip, options) : locateByPlace(truth);
  const rows = placeRows(truth.stems, locate, { clip, offsetFrames: options.offsetFrames ?? 0 });
  const matchedCount = rows.filter((row) => 'frame' in row).length;
  const sizes = relateSizes(truth.size, clip);
  const videos = { truth: videoOfTruth(truth), clip: videoOfClip(clip) };
  return {
    rows,
    matchedCount,
    sizes,
    problems: [
      ...otherVideo(videos, clip),
      ...otherSize(sizes, truth, clip),
      ...(matchedCount === 0 ? [nothingMatched(rows)] : []),
    ],
    notices: [
      ...noticesOfVideo(videos, clip, options),
      ...noticesOfMapping(truth, clip, options),
      ...(sizes === 'scaled' ? [scaledNotice(truth.size, clip)] : []),
    ],
  };
}

function locatorFor(clip: ClipFrames, options: MatchOptions): LocateFrame {
  const { frameNames } = clip;
  return frameNames === undefined
    ? locateInVideo(clip, options)
    : locateInPictures(frameNames, options.mapping);
}

function locateByPlace({ stems, places = [] }: TruthFrames): LocateFrame {
  const placeOf = new Map(stems.map((stem, at) => [stem, places[at] ?? at]));
  return (stem) => ({ basis: 'frame-number', frame: placeOf.get(stem) ?? 0 });
}

interface RowPlace {
  readonly clip: ClipFrames;
  readonly offsetFrames: number;
}

function placeRows(stems: readonly string[], locate: LocateFrame, place: RowPlace): MatchRow[] {
  const stemOf = new Map<number, string>();
  return stems.map((stem) => {
    const row = placeRow(stem, locate(stem), place);
    if (!('frame' in row)) return row;
    const other = stemOf.get(row.frame);
    if (other !== undefined) {
      return { stem, reason: `It falls on frame ${row.frame} of the clip, as ${other} does.` };
    }
    stemOf.set(row.frame, stem);
    return row;
  });
}

function placeRow(stem: string, located: LocatedFrame, { clip, offsetFrames }: RowPlace): MatchRow {
  if ('reason' in located) return { stem, reason: located.reason };
  const frame = located.frame + offsetFrames;
  if (frame < 0 || frame >= clip.frameCount) {
    const last = clip.frameCount - 1;
    const reason =
      offsetFrames === 0
        ? `The clip has frames 0 to ${last}.`
        : `With the offset it is frame ${frame}; the clip has 0 to ${last}.`;
    return { stem, reason };
  }
  const { basis, timeUs } = located;
  const distanceUs = timeUs === undefined ? undefined : (clip.timestampsUs[frame] ?? 0) - timeUs;
  return {
    stem,
    frame: frameIndex(frame),
    basis,
    ...(distanceUs === undefined ? {} : { distanceUs }),
  };
}

interface Videos {
  /** Names of EPIC-KITCHENS videos; absent where the names speak of none. */
  readonly truth: string | undefined;
  readonly clip: string | undefined;
}

function videoOfTruth({ stems }: TruthFrames): string | undefined {
  return parseFrameStem(stems[0] ?? '')?.video;
}

/** The EPIC-KITCHENS video that a clip is of, by the names of its frames or its own; absent for others. */
export function videoOfClip({
  name,
  frameNames,
}: Pick<ClipFrames, 'name' | 'frameNames'>): string | undefined {
  return parseFrameStem(fileStem(frameNames?.[0] ?? ''))?.video ?? findVideoName(name);
}

function otherVideo(videos: Videos, clip: ClipFrames): MatchProblem[] {
  const { truth, clip: opened } = videos;
  if (truth === undefined || opened === undefined || truth === opened) return [];
  const message = `The ground truth is of the video ${truth}; the open clip, “${clip.name}”, is of ${opened}.`;
  const hint = `Open ${truth}, or choose the annotations of ${opened}.`;
  return [{ code: 'other-video', message, hint }];
}

function otherSize(sizes: SizeRelation, truth: TruthFrames, clip: ClipFrames): MatchProblem[] {
  if (sizes !== 'different') return [];
  const { width, height } = truth.size;
  const message = `The masks have ${width} × ${height} pixels, the clip ${clip.width} × ${clip.height}: another shape of picture.`;
  const hint = 'Open the clip to which the masks belong, at any resolution of the same shape.';
  return [{ code: 'other-size', message, hint }];
}

function nothingMatched(rows: readonly MatchRow[]): MatchProblem {
  const [first] = rows;
  const reason = first !== undefined && 'reason' in first ? `${first.stem}: ${first.reason}` : '';
  const message = `No frame of the ground truth lies on the open clip. ${reason}`.trim();
  const hint = 'Open the clip from which it was annotated, or its frames under their own names.';
  return { code: 'nothing-matched', message, hint };
}

function noticesOfVideo(videos: Videos, clip: ClipFrames, options: MatchOptions): string[] {
  const { truth } = videos;
  if (truth === undefined || clip.frameNames !== undefined) return [];
  const isLate =
    truth === LATE_VIDEO && options.mapping === undefined && options.times === undefined;
  return [
    ...(videos.clip === undefined
      ? [`“${clip.name}” does not say of which video it is; the ground truth is of ${truth}.`]
      : []),
    ...(isLate
      ? [
          `VISOR’s frames of ${LATE_VIDEO} are one or two ticks early; frames_to_timestamps.json says which.`,
        ]
      : []),
  ];
}

/** Where the mapping was used on a video: how far it is from VISOR's own clock. */
function noticesOfMapping(truth: TruthFrames, clip: ClipFrames, options: MatchOptions): string[] {
  if (clip.frameNames !== undefined || options.mapping === undefined) return [];
  const mapped = locateInVideo(clip, options);
  const { mapping: _, ...others } = options;
  const clocked = locateInVideo(clip, others);
  let farthest = 0;
  for (const stem of truth.stems) {
    const [a, b] = [mapped(stem), clocked(stem)];
    if ('frame' in a && 'frame' in b) farthest = Math.max(farthest, Math.abs(a.frame - b.frame));
  }
  return farthest === 0
    ? []
    : [`By frame_mapping.json frames lie up to ${farthest} from where VISOR’s clock has them.`];
}

function scaledNotice(masks: Size, clip: Size): string {
  return `The masks have ${masks.width} × ${masks.height} pixels, the clip ${clip.width} × ${clip.height}; scores are taken at the masks’ size.`;
}
