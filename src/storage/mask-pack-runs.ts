import type { Size } from '../core/geometry.ts';
import type { MaskRle } from '../core/rle.ts';
import { PackDamage, type ByteWriter } from './mask-pack-bytes.ts';

/**
 * Writes run lengths as differences. Runs of neighbouring columns are alike, so that a run is
 * written as its difference to the one before the last, from the fourth on (as `maskApi.c:
 * rleToString`), sign in the lowest bit, as LEB128: most take one byte.
 */
export function writeRuns({ counts }: MaskRle, writer: ByteWriter): void {
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i] ?? 0;
    const difference = i > 2 ? run - (counts[i - 2] ?? 0) : run;
    // Not by shifts: a difference takes 33 bits.
    writer.varint(difference < 0 ? -2 * difference - 1 : 2 * difference);
  }
}

/**
 * Reads all of `bytes` as the run lengths of a mask.
 * @throws PackDamage when they do not describe `width·height` pixels
 */
export function readRuns(bytes: Uint8Array, { width, height }: Size): MaskRle {
  const counts = new Uint32Array(countRuns(bytes));
  let [at, total] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    let [value, factor] = [0, 1];
    for (let isLast = false; !isLast; factor *= 0x80) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      isLast = byte < 0x80;
    }
    const difference = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    const run = i > 2 ? difference + (counts[i - 2] ?? 0) : difference;
    if (run < 0 || run > width * height) throw wrongRuns({ width, height });
    counts[i] = run;
    total += run;
  }
  if (at !== bytes.length || total !== width * height) throw wrongRuns({ width, height });
  return { width, height, counts };
}

/** The last byte of a number is the one without the highest bit. */
function countRuns(bytes: Uint8Array): number {
  let runs = 0;
  for (let i = 0; i < bytes.length; i++) runs += (bytes[i] ?? 0) < 0x80 ? 1 : 0;
  return runs;
}

function wrongRuns({ width, height }: Size): PackDamage {
  return new PackDamage(`run lengths do not describe ${width} × ${height} pixels`);
}
