import { LOGITS_WGSL, PARAMS_WGSL, PIXELS_PER_WORD } from './mask-params.wgsl.ts';

/** Words before the positions in the result: count, IoU, object score, owner. */
export const RESULT_HEADER_WORDS = 4;

/** Where a mask comes from: `is_object` of a position, and the first binding left for results. */
interface MaskWgsl {
  readonly code: string;
  readonly nextBinding: number;
}

/**
 * One thread for 32 consecutive pixels in column-major order: asks `is_object` there and at the
 * pixel before, stores the 32 answers as one word and appends each position where they change.
 * Positions come in no order, and past the capacity they are only counted.
 */
function transitionsWgsl({ code, nextBinding }: MaskWgsl): string {
  return /* wgsl */ `
${PARAMS_WGSL}
struct Result {
  count: atomic<u32>,
  iou: f32,
  object_score: f32,
  owner: u32,
  positions: array<u32>,
}
@group(0) @binding(${nextBinding}) var<storage, read_write> result: Result;
@group(0) @binding(${nextBinding + 1}) var<storage, read_write> packed: array<u32>;
${code}
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
}

/** The changes of one object's mask. Bindings: parameters, logits, axes, result, packed mask. */
export const MASK_TRANSITIONS_WGSL = transitionsWgsl({
  nextBinding: 3,
  code: /* wgsl */ `
${LOGITS_WGSL}
fn is_object(position: u32) -> bool {
  return logit_at(sample_at(position), 0u) > 0.0;
}
`,
});

/**
 * The changes of the mask of which `result.owner` has the pixels. Bindings: parameters, owners
 * (`MASK_OWNERS_WGSL`), result, packed mask.
 */
export const OWNED_TRANSITIONS_WGSL = transitionsWgsl({
  nextBinding: 2,
  code: /* wgsl */ `
@group(0) @binding(1) var<storage, read> owners: array<u32>;

fn is_object(position: u32) -> bool {
  return extractBits(owners[position / 4u], position % 4u * 8u, 8u) == result.owner;
}
`,
});
