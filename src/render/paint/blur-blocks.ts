import { BLOCK_FIELDS, type BlockSums } from './block-sums.ts';

/** Blocks to each side over which one pass adds up. */
const RADIUS = 2;
/** Three box filters come close to a Gaussian. */
const PASSES = 3;
/** Standard deviation of the whole, in blocks: of three boxes of five. */
export const BLUR_DEVIATION_BLOCKS = Math.sqrt((PASSES * ((2 * RADIUS + 1) ** 2 - 1)) / 12);

/**
 * Spreads each block's sums over its neighbours. Colours and counts spread alike, so their ratio is
 * the mean of what was counted nearby, and stays within the region.
 */
export function blurBlocks(blocks: BlockSums): BlockSums {
  const { columns, rows } = blocks;
  const [across, down] = [BLOCK_FIELDS, columns * BLOCK_FIELDS];
  let { sums } = blocks;
  for (let pass = 0; pass < PASSES; pass++) {
    sums = boxFilter(sums, { lines: rows, lineStep: down, length: columns, step: across });
    sums = boxFilter(sums, { lines: columns, lineStep: across, length: rows, step: down });
  }
  return { ...blocks, sums };
}

/** How to walk over a plane line by line. */
interface Walk {
  readonly lines: number;
  readonly lineStep: number;
  readonly length: number;
  readonly step: number;
}

/** Sums are whole numbers far below 2^53: taking away what was added leaves nothing behind. */
function boxFilter(from: Float64Array, { lines, lineStep, length, step }: Walk): Float64Array {
  const to = new Float64Array(from.length);
  for (let line = 0; line < lines; line++) {
    for (let field = 0; field < BLOCK_FIELDS; field++) {
      const first = line * lineStep + field;
      let sum = 0;
      for (let place = -RADIUS; place < length; place++) {
        const [entering, leaving] = [place + RADIUS, place - RADIUS - 1];
        if (entering < length) sum += from[first + entering * step] ?? 0;
        if (leaving >= 0) sum -= from[first + leaving * step] ?? 0;
        if (place >= 0) to[first + place * step] = sum;
      }
    }
  }
  return to;
}
