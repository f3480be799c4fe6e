import { FRACTION_BITS } from '../../../core/frame/colour-tables.ts';
import { WEIGHT_BITS, WEIGHT_ROUNDING } from '../../../core/frame/resample-table.ts';

/** As `packParams` writes it. */
const PARAMS = /* wgsl */ `
struct Params {
  // Luma, U and V, or R, G and B: where the first sample is, samples from a row to the next, and
  // from a column to the next.
  first: vec4u,
  second: vec4u,
  third: vec4u,
  // The upright pixel (x, y) is the stored one at origin + x * right + y * down.
  origin: vec2i,
  right: vec2i,
  down: vec2i,
  // The second and third have 1 / 2^shift of the columns and rows.
  other_shift: vec2u,
  size: u32,
  column_taps: u32,
  row_taps: u32,
  // A word of 32 bits holds 2^word_shift samples of sample_bits each.
  word_shift: u32,
  sample_bits: u32,
  // The largest sample that has a colour; 0 where samples are levels of R, G and B.
  peak: u32,
}
@group(0) @binding(0) var<uniform> params: Params;

// First tap and tap count of every output sample, then its weights, "taps" a sample.
@group(0) @binding(1) var<storage, read> table: array<i32>;
`;

/** Sums the taps of one output sample; `pixel` is WGSL for the pixel at tap `at`. */
function resampling(taps: string, pixel: string): string {
  return /* wgsl */ `
fn resample(output: u32, line: u32) -> vec3u {
  let weights = params.size * 2u + output * ${taps};
  let first = u32(table[output * 2u]);
  let count = u32(table[output * 2u + 1u]);
  var sum = vec3i(${WEIGHT_ROUNDING});
  for (var tap = 0u; tap < count; tap++) {
    let at = first + tap;
    sum += vec3i(${pixel}) * table[weights + tap];
  }
  return vec3u(clamp(sum >> vec3u(${WEIGHT_BITS}u), vec3i(0), vec3i(255)));
}
`;
}

/**
 * Rows first: the frame as stored to `[upright height, S]`, turned and RGB, four bytes a pixel. One
 * thread a pixel. A pixel is converted again for each of the four or so that it is part of, which
 * costs less than writing and reading the whole frame as RGB.
 */
export const RESIZE_ROWS_WGSL = /* wgsl */ `${PARAMS}
@group(0) @binding(2) var<storage, read> frame: array<u32>;
// What each sample adds to R, G and B, as ColourTables in order; "peak + 1" values each.
@group(0) @binding(3) var<storage, read> colours: array<i32>;
@group(0) @binding(4) var<storage, read_write> narrowed: array<u32>;

fn sample(plane: vec4u, place: vec2u) -> u32 {
  let index = plane.x + place.y * plane.y + place.x * plane.z;
  let within = index & ((1u << params.word_shift) - 1u);
  let word = frame[index >> params.word_shift];
  return (word >> (within * params.sample_bits)) & ((1u << params.sample_bits) - 1u);
}

fn colour(part: u32, value: u32) -> i32 {
  if (value > params.peak) { return 0; }
  return colours[part * (params.peak + 1u) + value];
}

fn upright_pixel(x: u32, y: u32) -> vec3u {
  let place = vec2u(params.origin + i32(x) * params.right + i32(y) * params.down);
  let other = place >> params.other_shift;
  let samples = vec3u(
    sample(params.first, place), sample(params.second, other), sample(params.third, other),
  );
  if (params.peak == 0u) { return samples; }
  let grey = colour(0u, samples.x);
  let rgb = vec3i(
    grey + colour(1u, samples.z),
    grey + colour(2u, samples.y) + colour(3u, samples.z),
    grey + colour(4u, samples.y),
  );
  return vec3u(clamp(rgb >> vec3u(${FRACTION_BITS}u), vec3i(0), vec3i(255)));
}
${resampling('params.column_taps', 'upright_pixel(at, line)')}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.size) { return; }
  let rgb = resample(id.x, id.y);
  narrowed[id.y * params.size + id.x] = rgb.r | (rgb.g << 8u) | (rgb.b << 16u);
}
`;

/** Then columns: `[upright height, S]` to normalised planes `[1,3,S,S]`. One thread a pixel. */
export const RESIZE_COLUMNS_WGSL = /* wgsl */ `${PARAMS}
@group(0) @binding(2) var<storage, read> narrowed: array<u32>;
@group(0) @binding(3) var<storage, read> normalized: array<f32>;
@group(0) @binding(4) var<storage, read_write> planes: array<f32>;

fn narrowed_pixel(x: u32, y: u32) -> vec3u {
  let rgb = narrowed[y * params.size + x];
  return vec3u(rgb, rgb >> 8u, rgb >> 16u) & vec3u(0xffu);
}
${resampling('params.row_taps', 'narrowed_pixel(line, at)')}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.size) { return; }
  let rgb = resample(id.y, id.x);
  let at = id.y * params.size + id.x;
  let plane = params.size * params.size;
  planes[at] = normalized[rgb.r];
  planes[plane + at] = normalized[256u + rgb.g];
  planes[2u * plane + at] = normalized[512u + rgb.b];
}
`;
