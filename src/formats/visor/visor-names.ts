/** A VISOR or EPIC-KITCHENS video's name, as `P01_01` (EPIC-KITCHENS-55) or `P01_101` (-100). */
const VIDEO = /P\d{2}_\d{2,3}(?!\d)/;
const SEQUENCE = /^P\d{2}_\d{2,3}_seq_\d+$/;
const FRAME = /^(P\d{2}_\d{2,3})_frame_(\d{1,12})$/;

/** What the name of a VISOR frame says. */
export interface VisorFrameName {
  readonly video: string;
  /** From 1, on the nominal clock of `clockHz`. */
  readonly number: number;
}

/** Reads `P01_01_frame_0000000140`; absent for other names. */
export function parseFrameStem(stem: string): VisorFrameName | undefined {
  const [, video, number] = FRAME.exec(stem) ?? [];
  return video === undefined ? undefined : { video, number: Number(number) };
}

/** The EPIC-KITCHENS video that a file or folder name speaks of; absent when it names none. */
export function findVideoName(text: string): string | undefined {
  return VIDEO.exec(text)?.[0];
}

/** Whether a name is one of VISOR's sequences', as `P01_01_seq_00001`. */
export function isSequenceName(name: string): boolean {
  return SEQUENCE.test(name);
}

/** The first two parts of `P01_01_seq_00001`, which are the video's name. */
export function videoOfSequence(sequence: string): string {
  return sequence.split('_').slice(0, 2).join('_');
}

/**
 * Ticks a second of VISOR's frame numbers: 60 for videos of EPIC-KITCHENS-55 (two digits), 50 for
 * those of the extension (three), whatever the file's own rate is.
 * Source: VISOR-FrameExtraction `generate_dense_frames.py: frame_rate`.
 */
export function clockHz(video: string): 50 | 60 {
  return (video.split('_')[1]?.length ?? 0) === 2 ? 60 : 50;
}
