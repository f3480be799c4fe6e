/**
 * Tables of `position_encoding.py`, made once. Grids are square, tokens row by row, channels last.
 * Computed in double precision; the reference's float32 differs in the last digits.
 */

/** `PositionEmbeddingSine` and `compute_axial_cis` */
const TEMPERATURE = 10_000;
/** `PositionEmbeddingSine._pe`, against a division by zero */
const NORMALIZE_EPSILON = 1e-6;

/**
 * `PositionEmbeddingSine`: `[side², width]`, the first half of the channels for y, the second for
 * x, sines and cosines alternating.
 * @param factor multiplies the table
 */
export function sinePositionTable(side: number, width: number, factor = 1): Float32Array {
  const half = width / 2;
  const table = new Float32Array(side * side * width);
  const angle = (position: number) => ((position + 1) / (side + NORMALIZE_EPSILON)) * 2 * Math.PI;
  for (let token = 0; token < side * side; token++) {
    const coordinates = [Math.floor(token / side), token % side];
    for (let channel = 0; channel < width; channel++) {
      const position = coordinates[channel < half ? 0 : 1] ?? 0;
      const i = channel % half;
      const phase = angle(position) / TEMPERATURE ** ((2 * Math.floor(i / 2)) / half);
      table[token * width + channel] = factor * (i % 2 === 0 ? Math.sin(phase) : Math.cos(phase));
    }
  }
  return table;
}

/**
 * `sam2_utils.py: get_1d_sine_pe`: sines, then cosines, of each position; `[positions, width]`.
 */
export function sinePositions(positions: readonly number[], width: number): Float32Array {
  const half = width / 2;
  const table = new Float32Array(positions.length * width);
  for (const [row, position] of positions.entries()) {
    for (let i = 0; i < half; i++) {
      const phase = position / TEMPERATURE ** ((2 * Math.floor(i / 2)) / half);
      table[row * width + i] = Math.sin(phase);
      table[row * width + half + i] = Math.cos(phase);
    }
  }
  return table;
}

/** Cosines and sines of the angles by which pairs of channels turn. */
export interface RotaryTables {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/**
 * `compute_axial_cis` as real numbers, `[side², width/2]`: an angle for each pair of channels, the
 * first half of the pairs with x, the second with y.
 */
export function axialRotaryTables(side: number, width: number): RotaryTables {
  const pairs = width / 2;
  const [cos, sin] = [new Float32Array(side * side * pairs), new Float32Array(side * side * pairs)];
  for (let token = 0; token < side * side; token++) {
    const coordinates = [token % side, Math.floor(token / side)];
    for (let pair = 0; pair < pairs; pair++) {
      const position = coordinates[pair < pairs / 2 ? 0 : 1] ?? 0;
      const angle = position / TEMPERATURE ** ((4 * (pair % (pairs / 2))) / width);
      cos[token * pairs + pair] = Math.cos(angle);
      sin[token * pairs + pair] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/**
 * `PositionEmbeddingRandom.forward`: sines, then cosines, of each cell's centre projected on random
 * frequencies; `[side², width]`.
 * @param frequencies `[2, width/2]`, for x and for y
 */
export function randomPositionTable(side: number, frequencies: Float32Array): Float32Array {
  const half = frequencies.length / 2;
  const table = new Float32Array(side * side * 2 * half);
  for (let token = 0; token < side * side; token++) {
    const x = (2 * ((token % side) + 0.5)) / side - 1;
    const y = (2 * (Math.floor(token / side) + 0.5)) / side - 1;
    for (let i = 0; i < half; i++) {
      const phase = 2 * Math.PI * (x * (frequencies[i] ?? 0) + y * (frequencies[half + i] ?? 0));
      table[token * 2 * half + i] = Math.sin(phase);
      table[token * 2 * half + half + i] = Math.cos(phase);
    }
  }
  return table;
}
