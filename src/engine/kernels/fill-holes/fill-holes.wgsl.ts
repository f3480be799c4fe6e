import { HOLE_LOGIT } from './fill-holes.ts';

/**
 * One thread a pixel of each object, whose logits follow one another: a background pixel floods its
 * component until that is exhausted (a hole) or known to be larger than `maxAreaPx`. Exact, and no pixel
 * visits more than `maxAreaPx + 1` cells.
 */
export function fillHolesWgsl(maxAreaPx: number): string {
  return /* wgsl */ `
const LIMIT = ${maxAreaPx + 1}u;

@group(0) @binding(0) var<uniform> size: vec2u;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read_write> filled: array<f32>;

// Whether the component of the background pixel "at" has fewer than LIMIT pixels; the logits of its
// object start at "first".
fn is_hole(first: u32, at: u32) -> bool {
  var cells: array<u32, LIMIT>;
  cells[0] = at;
  var found = 1u;
  for (var next = 0u; next < found; next++) {
    let cell = vec2i(vec2u(cells[next] % size.x, cells[next] / size.x));
    for (var dy = -1; dy <= 1; dy++) {
      for (var dx = -1; dx <= 1; dx++) {
        let neighbour = cell + vec2i(dx, dy);
        if (any(neighbour < vec2i(0)) || any(neighbour >= vec2i(size))) { continue; }
        let position = u32(neighbour.y) * size.x + u32(neighbour.x);
        if (!(logits[first + position] <= 0.0)) { continue; }
        var is_known = false;
        for (var i = 0u; i < found; i++) { is_known = is_known || cells[i] == position; }
        if (is_known) { continue; }
        if (found + 1u == LIMIT) { return false; }
        cells[found] = position;
        found++;
      }
    }
  }
  return true;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= size.x * size.y) { return; }
  let first = id.z * size.x * size.y;
  let logit = logits[first + id.x];
  if (logit <= 0.0 && is_hole(first, id.x)) {
    filled[first + id.x] = ${HOLE_LOGIT}f;
  } else {
    filled[first + id.x] = logit;
  }
}
`;
}
