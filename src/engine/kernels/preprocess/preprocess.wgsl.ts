import { WEIGHT_BITS, WEIGHT_ROUNDING } from './resample-table.ts';

const COMMON = /* wgsl */ `
struct Params {
  width: u32,
  height: u32,
  size: u32,
  column_taps: u32,
  row_taps: u32,
}
@group(0) @binding(0) var<uniform> params: Params;

// First tap and tap count of every output sample, then its weights, "taps" a sample.
@group(0) @binding(1) var<storage, read> table: array<i32>;
@group(0) @binding(2) var<storage, read> pixels: array<u32>;

fn rgb(pixel: u32) -> vec3i {
  return vec3i(vec3u(pixel, pixel >> 8u, pixel >> 16u) & vec3u(0xffu));
}

fn resample(output: u32, taps: u32, first: u32, stride: u32) -> vec3i {
  let weights = params.size * 2u + output * taps;
  let count = u32(table[output * 2u + 1u]);
  var sum = vec3i(${WEIGHT_ROUNDING});
  for (var tap = 0u; tap < count; tap++) {
    sum += rgb(pixels[first + tap * stride]) * table[weights + tap];
  }
  return clamp(sum >> vec3u(${WEIGHT_BITS}u), vec3i(0), vec3i(255));
}
`;

/** Rows first: frame `[height, width]` to `[height, S]`, four bytes a pixel. One thread a pixel. */
export const RESIZE_ROWS_WGSL = /* wgsl */ `${COMMON}
@group(0) @binding(3) var<storage, read_write> narrowed: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.size) { return; }
  let first = id.y * params.width + u32(table[id.x * 2u]);
  let color = vec3u(resample(id.x, params.column_taps, first, 1u));
  narrowed[id.y * params.size + id.x] = color.r | (color.g << 8u) | (color.b << 16u);
}
`;

/** Then columns: `[height, S]` to normalised planes `[1,3,S,S]`. One thread a pixel. */
export const RESIZE_COLUMNS_WGSL = /* wgsl */ `${COMMON}
@group(0) @binding(3) var<storage, read> normalized: array<f32>;
@group(0) @binding(4) var<storage, read_write> planes: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.size) { return; }
  let first = u32(table[id.y * 2u]) * params.size + id.x;
  let color = vec3u(resample(id.y, params.row_taps, first, params.size));
  let at = id.y * params.size + id.x;
  let plane = params.size * params.size;
  planes[at] = normalized[color.r];
  planes[plane + at] = normalized[256u + color.g];
  planes[2u * plane + at] = normalized[512u + color.b];
}
`;
