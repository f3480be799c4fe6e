/** Words before the positions in the result: count, IoU, object score, padding. */
export const RESULT_HEADER_WORDS = 4;

/** Mask pixels in one word of the packed mask. */
const PIXELS_PER_WORD = 32;

/**
 * One thread for 32 consecutive pixels in column-major order: evaluates the logits there and at the
 * pixel before, stores the 32 signs as one word and appends each position where the sign changes.
 * Positions come in no order, and past the capacity they are only counted.
 */
export const MASK_TRANSITIONS_WGSL = /* wgsl */ `
struct Params {
  logit_size: vec2u,
  video_size: vec2u,
  words: u32,
  capacity: u32,
}
struct Result {
  count: atomic<u32>,
  iou: f32,
  object_score: f32,
  padding: u32,
  positions: array<u32>,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
// Lower input index and the bits of the upper one's weight: the video's columns, then its rows.
@group(0) @binding(2) var<storage, read> axes: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> result: Result;
@group(0) @binding(4) var<storage, read_write> packed: array<u32>;

fn is_object(position: u32) -> bool {
  let column = axes[position / params.video_size.y];
  let row = axes[params.video_size.x + position % params.video_size.y];
  let left = column.x;
  let right = min(left + 1u, params.logit_size.x - 1u);
  let top = row.x * params.logit_size.x;
  let bottom = min(row.x + 1u, params.logit_size.y - 1u) * params.logit_size.x;
  let across = bitcast<f32>(column.y);
  let down = bitcast<f32>(row.y);
  let upper = (1.0 - across) * logits[top + left] + across * logits[top + right];
  let lower = (1.0 - across) * logits[bottom + left] + across * logits[bottom + right];
  return (1.0 - down) * upper + down * lower > 0.0;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.words) { return; }
  let first = id.x * ${PIXELS_PER_WORD}u;
  let pixels = min(params.video_size.x * params.video_size.y - first, ${PIXELS_PER_WORD}u);
  var before = 0u;
  if (first > 0u) { before = u32(is_object(first - 1u)); }
  var word = 0u;
  for (var i = 0u; i < pixels; i++) { word |= u32(is_object(first + i)) << i; }
  packed[id.x] = word;

  // Past the last pixel the word is 0, which must not count as a change.
  var changes = word ^ ((word << 1u) | before);
  if (pixels < ${PIXELS_PER_WORD}u) { changes &= (1u << pixels) - 1u; }
  if (changes == 0u) { return; }
  var slot = atomicAdd(&result.count, countOneBits(changes));
  for (; changes != 0u && slot < params.capacity; slot++) {
    result.positions[slot] = first + firstTrailingBit(changes);
    changes &= changes - 1u;
  }
}
`;
