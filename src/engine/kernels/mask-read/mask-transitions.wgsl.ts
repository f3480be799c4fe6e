import { LOGITS_WGSL, PARAMS_WGSL, PIXELS_PER_WORD } from './mask-params.wgsl.ts';

/** Words of the result before the scores: count, first object. */
export const RESULT_HEADER_WORDS = 2;

/** Words for each object's scores: IoU, object score. */
export const SCORE_WORDS = 2;

/** Where masks come from: `is_object` of a position, and the first binding left for results. */
interface MaskWgsl {
  readonly code: string;
  readonly nextBinding: number;
}

/**
 * One thread for 32 consecutive pixels, in column-major order, of one of the objects that
 * `result.first` starts: asks `is_object` there and at the pixel before, stores the 32 answers as one
 * word and appends each position where they change. Positions of all objects share a list, in no order:
 * those of the n-th start at n times the video's pixels. Past the capacity they are only counted. The
 * scores are copied in.
 */
function transitionsWgsl({ code, nextBinding }: MaskWgsl): string {
  return /* wgsl */ `
${PARAMS_WGSL}
struct Result {
  count: atomic<u32>,
  first: u32,
  // The scores of every object, then the positions.
  values: array<u32>,
}
@group(0) @binding(${nextBinding}) var<storage, read_write> result: Result;
@group(0) @binding(${nextBinding + 1}) var<storage, read_write> packed: array<u32>;
${code}
@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
) {
  if (id.x >= params.words) { return; }
  let object = result.first + id.z;
  let total = params.video_size.x * params.video_size.y;
  let first = id.x * ${PIXELS_PER_WORD}u;
  let pixels = min(total - first, ${PIXELS_PER_WORD}u);
  var before = 0u;
  if (first > 0u) { before = u32(is_object(first - 1u, object)); }
  var word = 0u;
  for (var i = 0u; i < pixels; i++) { word |= u32(is_object(first + i, object)) << i; }
  packed[id.z * params.words + id.x] = word;

  // Past the last pixel the word is 0, which must not count as a change.
  var changes = word ^ ((word << 1u) | before);
  if (pixels < ${PIXELS_PER_WORD}u) { changes &= (1u << pixels) - 1u; }
  if (changes == 0u) { return; }
  let positions = ${SCORE_WORDS}u * workgroups.z;
  let capacity = params.capacity * workgroups.z;
  var slot = atomicAdd(&result.count, countOneBits(changes));
  for (; changes != 0u && slot < capacity; slot++) {
    result.values[positions + slot] = id.z * total + first + firstTrailingBit(changes);
    changes &= changes - 1u;
  }
}
`;
}

/** The changes of the masks of objects. Bindings: parameters, logits, axes, result, packed masks. */
export const MASK_TRANSITIONS_WGSL = transitionsWgsl({
  nextBinding: 3,
  code: /* wgsl */ `
${LOGITS_WGSL}
fn is_object(position: u32, object: u32) -> bool {
  let stride = params.logit_size.x * params.logit_size.y;
  return logit_at(sample_at(position), object * stride) > 0.0;
}
`,
});

/**
 * The changes of the masks of objects that share a frame. Bindings: parameters, owners
 * (`MASK_OWNERS_WGSL`), result, packed masks.
 */
export const OWNED_TRANSITIONS_WGSL = transitionsWgsl({
  nextBinding: 2,
  code: /* wgsl */ `
@group(0) @binding(1) var<storage, read> owners: array<u32>;

fn is_object(position: u32, object: u32) -> bool {
  return extractBits(owners[position / 4u], position % 4u * 8u, 8u) == object + 1u;
}
`,
});
