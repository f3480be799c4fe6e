/** Something known to be wrong in released files, or harmless, that is mended and told. */
export type VisorDefect = keyof typeof SENTENCES;

const SENTENCES = {
  'no-name': 'without a name left out',
  'no-segments': 'without “segments” taken for out of sight',
  'no-path': 'without a path placed by their name',
  'no-sequence': 'without a subsequence put into one sequence of the whole video',
  'hand-misspelt': 'with “rigth hand” read as “right hand”',
  'no-hand': 'of gloves without a hand they are on',
  'unknown-hand': 'with an unknown hand left without one',
  'contact-missing': 'in contact with something that is not in the frame',
  'no-video-frame': 'of interpolation that are of no video left out, as VISOR’s own tool does',
  'listed-twice': 'listed before; the last that shows an object counts, as in VISOR’s own tool',
} as const;

interface Seen {
  count: number;
  readonly firstPath: string;
}

/** Counts defects over a whole file, so that thousands of them make one sentence. */
export class VisorDefects {
  readonly #seen = new Map<VisorDefect, Seen>();

  /** @param path of the value, as `video_annotations[3].annotations[0]` */
  add(defect: VisorDefect, path: string): void {
    const seen = this.#seen.get(defect);
    if (seen === undefined) this.#seen.set(defect, { count: 1, firstPath: path });
    else seen.count++;
  }

  /** One sentence for each kind of defect. */
  notices(): string[] {
    return [...this.#seen].map(([defect, { count, firstPath }]) => {
      const where =
        count === 1 ? `1 entry (${firstPath})` : `${count} entries (first ${firstPath})`;
      return `VISOR file: ${where} ${SENTENCES[defect]}.`;
    });
  }
}
