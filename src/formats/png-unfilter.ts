import { StudioError } from '../core/errors.ts';

/**
 * Undoes the scanline filters of one pass in place (PNG 3rd edition, 9.2).
 * @param filtered lines of a filter byte and `lineBytes` bytes; afterwards the lines' own bytes
 * @param pixelBytes the left neighbour is so many bytes before; 1 at every bit depth below 8
 * @throws StudioError `file-invalid` for an unknown filter
 */
export function unfilterPass(filtered: Uint8Array, lineBytes: number, pixelBytes: number): void {
  const stride = lineBytes + 1;
  let above: Uint8Array = new Uint8Array(lineBytes);
  for (let at = 0; at < filtered.length; at += stride) {
    const line = filtered.subarray(at + 1, at + stride);
    unfilterLine({ line, above, pixelBytes }, filtered[at] ?? 0);
    above = line;
  }
}

interface FilteredLine {
  readonly line: Uint8Array;
  readonly above: Uint8Array;
  readonly pixelBytes: number;
}

function unfilterLine({ line, above, pixelBytes }: FilteredLine, filter: number): void {
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let x = pixelBytes; x < line.length; x++) add(line, x, line[x - pixelBytes] ?? 0);
      return;
    case 2:
      for (let x = 0; x < line.length; x++) add(line, x, above[x] ?? 0);
      return;
    case 3:
      for (let x = 0; x < line.length; x++) {
        add(line, x, ((line[x - pixelBytes] ?? 0) + (above[x] ?? 0)) >> 1);
      }
      return;
    case 4:
      for (let x = 0; x < line.length; x++) {
        const left = x - pixelBytes;
        add(line, x, paeth(line[left] ?? 0, above[x] ?? 0, above[left] ?? 0));
      }
      return;
    default:
      throw new StudioError(
        'file-invalid',
        `A PNG cannot be read: filter ${filter} is not known.`,
        {
          hint: 'The file is damaged; get it again from its source.',
        },
      );
  }
}

/** Modulo 256, as the array's element type does it. */
function add(line: Uint8Array, x: number, predicted: number): void {
  line[x] = (line[x] ?? 0) + predicted;
}

/** Of left, above and above left, the one nearest to `left + above − aboveLeft`. */
function paeth(left: number, above: number, aboveLeft: number): number {
  const estimate = left + above - aboveLeft;
  const distanceLeft = Math.abs(estimate - left);
  const distanceAbove = Math.abs(estimate - above);
  const distanceAboveLeft = Math.abs(estimate - aboveLeft);
  if (distanceLeft <= distanceAbove && distanceLeft <= distanceAboveLeft) return left;
  return distanceAbove <= distanceAboveLeft ? above : aboveLeft;
}
