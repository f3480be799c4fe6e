/** Mask pixels that one thread sees to, which are those of one word of the packed mask. */
export const PIXELS_PER_WORD = 32;

/** Bytes of `Params`, rounded up to what a uniform buffer must have. */
export const PARAMS_BYTES = 32;

/** Byte offset of `objects` in `Params`; what is before it changes with the video's size only. */
export const OBJECTS_OFFSET = 24;

/** What all passes of a mask reader are told. */
export const PARAMS_WGSL = /* wgsl */ `
struct Params {
  logit_size: vec2u,
  video_size: vec2u,
  words: u32,
  capacity: u32,
  objects: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
`;

/**
 * Evaluates logits at a pixel of the video, given as its position in column-major order. Needs
 * `params`, and `logits` and `axes` at bindings 1 and 2: row-major logits, of several objects one
 * after the other; and lower input index and the bits of the upper one's weight for the video's
 * columns, then for its rows.
 */
export const LOGITS_WGSL = /* wgsl */ `
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> axes: array<vec2u>;

struct Sample {
  upper_left: u32,
  upper_right: u32,
  lower_left: u32,
  lower_right: u32,
  across: f32,
  down: f32,
}

fn sample_at(position: u32) -> Sample {
  let column = axes[position / params.video_size.y];
  let row = axes[params.video_size.x + position % params.video_size.y];
  let left = column.x;
  let right = min(left + 1u, params.logit_size.x - 1u);
  let top = row.x * params.logit_size.x;
  let bottom = min(row.x + 1u, params.logit_size.y - 1u) * params.logit_size.x;
  return Sample(
    top + left, top + right, bottom + left, bottom + right,
    bitcast<f32>(column.y), bitcast<f32>(row.y),
  );
}

// The logit of the object whose logits start at "first".
fn logit_at(at: Sample, first: u32) -> f32 {
  let upper =
    (1.0 - at.across) * logits[first + at.upper_left] + at.across * logits[first + at.upper_right];
  let lower =
    (1.0 - at.across) * logits[first + at.lower_left] + at.across * logits[first + at.lower_right];
  return (1.0 - at.down) * upper + at.down * lower;
}
`;
