import { fileStem } from '../frame-names.ts';
import type { FrameMapping } from '../visor/frame-tables.ts';
import { clockHz, parseFrameStem, type VisorFrameName } from '../visor/visor-names.ts';
import type { LocateFrame, LocatedFrame } from './frame-location.ts';

/** As EPIC-KITCHENS' `rgb_frames` are named, without the video. */
const EPIC_FRAME = /^frame_(\d{1,12})$/;
const AMBIGUOUS = -1;

/**
 * Finds frames in a clip made of pictures, by name. Where the clip holds EPIC-KITCHENS' own frames,
 * which carry other numbers than VISOR's, by `frame_mapping.json`; on videos of the extension the
 * numbers are the same (19,903 of 19,903 in the released mapping).
 */
export function locateInPictures(
  frameNames: readonly string[],
  mapping: FrameMapping | undefined,
): LocateFrame {
  const byStem = new Map<string, number>();
  const byEpicNumber = new Map<number, number>();
  for (const [frame, name] of frameNames.entries()) {
    const stem = fileStem(name);
    byStem.set(stem, byStem.has(stem) ? AMBIGUOUS : frame);
    const [, number] = EPIC_FRAME.exec(stem) ?? [];
    if (number !== undefined) byEpicNumber.set(Number(number), frame);
  }
  return (stem) => {
    const frame = byStem.get(stem);
    if (frame === AMBIGUOUS) return { reason: 'Several frames of the clip have this name.' };
    if (frame !== undefined) return { basis: 'name', frame };
    const visor = parseFrameStem(stem);
    if (visor === undefined || byEpicNumber.size === 0) {
      return { reason: 'No frame of the clip has this name.' };
    }
    return locateEpicFrame({ stem, visor, mapping, byEpicNumber });
  };
}

interface EpicSearch {
  readonly stem: string;
  readonly visor: VisorFrameName;
  readonly mapping: FrameMapping | undefined;
  readonly byEpicNumber: ReadonlyMap<number, number>;
}

function locateEpicFrame({ stem, visor, mapping, byEpicNumber }: EpicSearch): LocatedFrame {
  const table = mapping?.get(visor.video);
  const mapped = table?.get(stem);
  if (table !== undefined && mapped === undefined) {
    return { reason: 'frame_mapping.json does not list this frame.' };
  }
  if (mapped === undefined && clockHz(visor.video) === 60) {
    return {
      reason: `EPIC-KITCHENS numbers the frames of ${visor.video} otherwise, by up to 5; frame_mapping.json says how.`,
    };
  }
  const number = mapped === undefined ? visor.number : Number(EPIC_FRAME.exec(mapped)?.[1]);
  const frame = byEpicNumber.get(number);
  if (frame === undefined) {
    return { reason: `The clip has no ${mapped ?? `frame_… of the number ${number}`}.` };
  }
  return { basis: mapped === undefined ? 'epic-number' : 'frame-mapping', frame };
}
