import { LOGITS_WGSL, PARAMS_WGSL, PIXELS_PER_WORD } from './mask-params.wgsl.ts';

/** Owners in one word of the result, a byte each. */
const OWNERS_PER_WORD = 4;

/** Words of owners that one thread writes. */
export const OWNER_WORDS_PER_THREAD = PIXELS_PER_WORD / OWNERS_PER_WORD;

/**
 * One thread for 32 consecutive pixels in column-major order: finds of each who has the highest
 * logit > 0, the first of equals, and stores its number from 1, or 0 for nobody, in a byte.
 * Bindings: parameters, the logits of all objects, axes, owners.
 */
export const MASK_OWNERS_WGSL = /* wgsl */ `
${PARAMS_WGSL}
${LOGITS_WGSL}
@group(0) @binding(3) var<storage, read_write> owners: array<u32>;

fn owner_of(position: u32) -> u32 {
  let at = sample_at(position);
  let stride = params.logit_size.x * params.logit_size.y;
  var best = 0.0;
  var owner = 0u;
  for (var object = 0u; object < params.objects; object++) {
    let logit = logit_at(at, object * stride);
    if (logit > best) {
      best = logit;
      owner = object + 1u;
    }
  }
  return owner;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.words) { return; }
  let total = params.video_size.x * params.video_size.y;
  for (var w = 0u; w < ${OWNER_WORDS_PER_THREAD}u; w++) {
    let word = id.x * ${OWNER_WORDS_PER_THREAD}u + w;
    var bytes = 0u;
    for (var i = 0u; i < ${OWNERS_PER_WORD}u; i++) {
      let position = word * ${OWNERS_PER_WORD}u + i;
      if (position < total) { bytes |= owner_of(position) << (8u * i); }
    }
    owners[word] = bytes;
  }
}
`;
