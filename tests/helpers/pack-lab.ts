import { frameIndex, objectId } from '../../src/core/ids.ts';
import type { LoggedMask, MaskLogEntry } from '../../src/core/mask-log.ts';
import type { PackedEntry } from '../../src/storage/mask-pack-records.ts';
import type { MaskPack } from '../../src/storage/mask-pack.ts';
import { MaskPacks } from '../../src/storage/mask-packs.ts';
import { MemoryDisk } from './memory-directory.ts';

/** Of the clip that the packs are of, in pixels. */
export const SIZE = { width: 5, height: 4 };
/** The project that the packs are of. */
export const PROJECT = { projectId: 'one', size: SIZE };
/** Where its pack lies. */
export const PATH = 'projects/one/masks.pack';

/** A few of all kinds. */
export const SOME: readonly MaskLogEntry[] = [
  { kind: 'put', masks: [mask(1, 0, [3, 4, 13]), mask(200, 70_000, [20])] },
  { kind: 'begin', step: 1 },
  { kind: 'put', masks: [mask(1, 0, [0, 20])] },
  { kind: 'remove', objectId: objectId(1), frames: [frameIndex(0), frameIndex(300)] },
  { kind: 'remove', objectId: objectId(2) },
  { kind: 'revert', step: 1 },
  { kind: 'clear' },
];

/** A tracked mask. */
export function mask(object: number, frame: number, counts: readonly number[]): LoggedMask {
  return {
    objectId: objectId(object),
    frame: frameIndex(frame),
    mask: { ...SIZE, counts: Uint32Array.from(counts) },
    origin: 'tracked',
    predictedIou: 0.1 + 0.2,
    objectScoreLogit: -7.5,
  };
}

/** Packs on a disk in memory. */
export class PackLab {
  readonly disk = new MemoryDisk();
  readonly packs = new MaskPacks(async () => this.disk.handle);

  /** Opens the pack, reads it and leaves it open. */
  async reopen(own = this.packs) {
    const pack = await own.open(PROJECT);
    const packed: PackedEntry[] = [];
    const outcome = pack.replay((one) => packed.push(one));
    return { pack, packed, entries: packed.map(({ entry }) => entry), ...outcome };
  }

  /** A pack with these entries, still open. */
  async write(entries: readonly MaskLogEntry[]): Promise<MaskPack> {
    const { pack } = await this.reopen();
    for (const entry of entries) pack.append(entry);
    return pack;
  }

  /** A file with these entries, and where each of them begins; its end last. */
  async written(entries: readonly MaskLogEntry[]) {
    const { pack } = await this.reopen();
    const starts = entries.map((entry) => {
      const start = pack.sizeBytes;
      pack.append(entry);
      return start;
    });
    pack.close();
    const file = this.disk.file(PATH);
    return { bytes: file.bytes.slice(), starts: [...starts, file.bytes.length] };
  }
}
