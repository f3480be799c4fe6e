/** Side of the block of the product that one workgroup computes; sides are multiples of it. */
export const GEMM_TILE = 64;

/**
 * A plain product of two square matrices, row by row: 64 × 64 blocks through workgroup memory, 4 × 4
 * numbers a thread. Good enough to say what a device does without tensor units; no more is claimed.
 * Bindings: side, A, B, product.
 */
export const GEMM_WGSL = /* wgsl */ `
const TILE = ${GEMM_TILE}u;
const DEPTH = 16u;

@group(0) @binding(0) var<uniform> side: vec4u;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> product: array<vec4f>;

// By column of A, so that a thread's four rows lie together.
var<workgroup> rows: array<array<f32, TILE>, DEPTH>;
var<workgroup> columns: array<array<vec4f, 16>, DEPTH>;

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) block: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let n = side.x;
  let first = block.xy * TILE;
  var sums: array<vec4f, 4>;
  for (var depth = 0u; depth < n; depth += DEPTH) {
    for (var i = thread; i < TILE * DEPTH; i += 256u) {
      rows[i % DEPTH][i / DEPTH] = a[(first.y + i / DEPTH) * n + depth + i % DEPTH];
    }
    columns[thread / 16u][thread % 16u] =
      b[((depth + thread / 16u) * n + first.x) / 4u + thread % 16u];
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k++) {
      let right = columns[k][local.x];
      for (var row = 0u; row < 4u; row++) {
        sums[row] = fma(vec4f(rows[k][local.y * 4u + row]), right, sums[row]);
      }
    }
    workgroupBarrier();
  }
  for (var row = 0u; row < 4u; row++) {
    product[((first.y + local.y * 4u + row) * n + first.x) / 4u + local.x] = sums[row];
  }
}
`;

/** Copies 16 bytes a thread. Bindings: source, target. */
export const COPY_WGSL = /* wgsl */ `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4f>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  target_[id.x] = source[id.x];
}
`;
