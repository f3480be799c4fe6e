import type { SaveSuggestion } from '../client/save-file.ts';
import { frameIndex, type ObjectId } from '../core/ids.ts';
import { relateSizes, VISOR_SIZE } from '../core/relate-sizes.ts';
import type { ExportFormat, VideoLook } from '../protocol/export-format.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { ExportKind } from './export-choice.ts';
import type { FrameRange } from './export-format.ts';
import type { StudioState } from './studio-state.ts';
import { hasMask } from './summary-track.ts';
import type { Tracklet } from './tracklets-slice.ts';

/** Which part of the work is exported. */
export interface ExportScope {
  /** Absent: all. */
  readonly objectId?: ObjectId;
  /** Of videos; absent: the whole clip. */
  readonly range?: FrameRange;
}

/** What an export will hold. */
export interface PossibleExport {
  readonly isPossible: true;
  readonly info: VideoInfo;
  /** Those that have masks and are asked for. */
  readonly tracklets: readonly Tracklet[];
  /** Whether these are all that have masks. */
  readonly isWhole: boolean;
  readonly range: FrameRange;
}

/** What an export will hold, or why there is nothing to export. */
export type ExportPlan = PossibleExport | { readonly isPossible: false; readonly reason: string };

/** Looks before an export starts whether there is anything to export. */
export function planExport(state: StudioState, scope: ExportScope = {}): ExportPlan {
  const { info } = state.video;
  if (info === undefined) return { isPossible: false, reason: 'Open a clip first.' };
  const { objectId, range = wholeClip(info) } = scope;
  const withMasks = state.tracklets.items.filter((item) => item.summaries.coveredFrames > 0);
  const tracklets = withMasks.filter(({ id }) => objectId === undefined || id === objectId);
  if (tracklets.length === 0) {
    return { isPossible: false, reason: 'There are no masks to export yet.' };
  }
  if (!(range.first >= 0 && range.first <= range.last && range.last < info.frameCount)) {
    const last = info.frameCount - 1;
    return { isPossible: false, reason: `Choose frames from 0 to ${last}, the first one first.` };
  }
  const isWhole = tracklets.length === withMasks.length;
  return { isPossible: true, info, tracklets, isWhole, range };
}

/** Why the clip's masks cannot be written as this kind; absent where they can. */
export function kindRefusal(kind: ExportKind, { width, height }: VideoInfo): string | undefined {
  if (kind !== 'visor' || relateSizes(VISOR_SIZE, { width, height }) !== 'different') return;
  return `VISOR’s pictures are 16 : 9, the clip’s ${width} × ${height}. Take YouTube-VIS or COCO.`;
}

/** Every frame of the clip. */
export function wholeClip({ frameCount }: VideoInfo): FrameRange {
  return { first: frameIndex(0), last: frameIndex(Math.max(frameCount - 1, 0)) };
}

/** Frames of the range on which none of the objects was annotated or tracked. */
export function countUntrackedFrames(
  tracklets: readonly Tracklet[],
  { first, last }: FrameRange,
): number {
  let count = 0;
  for (let frame = first as number; frame <= last; frame++) {
    if (tracklets.every(({ summaries }) => !hasMask(summaries, frame))) count++;
  }
  return count;
}

const VIDEO_FILES = {
  mp4: { description: 'MP4 video', mimeType: 'video/mp4' },
  webm: { description: 'WebM video', mimeType: 'video/webm' },
  gif: { description: 'Animated GIF', mimeType: 'image/gif' },
} as const;

/** How the name of each kind of file ends, after the clip's own name. */
const MASK_FILES: Readonly<
  Record<
    Exclude<ExportFormat['kind'], 'video' | 'gif'>,
    { readonly ending: `${string}.${'zip' | 'json'}`; readonly description: string }
  >
> = {
  'png-zip': { ending: '.masks.zip', description: 'Zip of indexed PNG masks' },
  'object-png-zip': { ending: '.objects.zip', description: 'Zip of PNG masks by object' },
  'cut-out-png-zip': { ending: '.cut-outs.zip', description: 'Zip of transparent PNGs' },
  project: { ending: '.masks.json', description: 'Project with COCO RLE masks' },
  coco: { ending: '.coco.json', description: 'COCO instances' },
  'youtube-vis': { ending: '.youtube-vis.json', description: 'YouTube-VIS annotations' },
  'youtube-vos': { ending: '.youtube-vos.zip', description: 'YouTube-VOS annotations' },
  // SA-V's loader looks for exactly this ending beside the video.
  sav: { ending: '_manual.json', description: 'SA-V annotations' },
  // The release calls it like the video.
  visor: { ending: '.json', description: 'VISOR annotations' },
};

/** An overlay without fills is called what the dialog calls it. */
function lookName(look: VideoLook): string {
  return look.kind === 'overlay' && look.fillOpacity === 0 ? 'outlines' : look.kind;
}

/** The file's name and kind, after the clip's own name. */
export function saveSuggestion(info: VideoInfo, format: ExportFormat): SaveSuggestion {
  const stem = info.name.replace(/\.[^.]+$/, '');
  if (format.kind === 'video' || format.kind === 'gif') {
    const file = format.kind === 'video' ? format.container : format.kind;
    const name = `${stem}.${lookName(format.look)}.${file}`;
    return { name, extension: `.${file}`, ...VIDEO_FILES[file] };
  }
  const { ending, description } = MASK_FILES[format.kind];
  const isZip = ending.endsWith('.zip');
  return {
    name: `${stem}${ending}`,
    description,
    mimeType: isZip ? 'application/zip' : 'application/json',
    extension: isZip ? '.zip' : '.json',
  };
}
