import { invariant } from '../../../core/assert.ts';
import type { FrameIndex } from '../../../core/ids.ts';
import type { CandidateIndex } from '../../../core/prompts.ts';
import type { BinaryMask } from '../../../core/rle.ts';
import type { DeviceTensor } from '../../device-tensor.ts';
import type {
  EncodedPoints,
  EngineGraphs,
  MaskCandidates,
  MaskDecoderOutput,
  MemoryBankSelection,
} from '../engine-graphs.ts';
import type { FrameFeatureSource } from './frame-features.ts';
import { FrameOutput, type OutputOrigin } from './frame-output.ts';
import type { MaskPostprocess } from './mask-postprocess.ts';

/** What runs a frame; shared by everything in the tracker, owned by none of it. */
export interface InferenceParts {
  readonly graphs: EngineGraphs;
  readonly features: FrameFeatureSource;
  /** Absent as with the reference's `apply_postprocessing=False`. */
  readonly postprocess?: MaskPostprocess;
}

/** `sam2.1_hiera_*.yaml: multimask_max_pt_num`; `multimask_min_pt_num` is 0. */
const MAX_MULTIMASK_POINTS = 1;

/** Points on a frame, with what they refine. Borrowed while the call runs. */
export interface PointsInput {
  readonly points: EncodedPoints;
  /** Result of `attendMemory`; absent on an initial conditioning frame. */
  readonly conditioned?: DeviceTensor;
  readonly previousLogits?: DeviceTensor;
  /** Which of the three masks of a single point is taken instead of the best. */
  readonly candidate?: CandidateIndex;
}

/**
 * The mask of points on a frame, without memory. The result is the caller's.
 * Source: `sam2_base.py: track_step` with `point_inputs`.
 */
export async function segmentPoints(
  { graphs, features, postprocess }: InferenceParts,
  frame: FrameIndex,
  input: PointsInput,
): Promise<FrameOutput> {
  const { candidate, ...rest } = input;
  const isMultimask = input.points.labels.length <= MAX_MULTIMASK_POINTS;
  using lease = await features.lease(frame);
  const decoded = await graphs.decodeMask({
    ...rest,
    features: lease.features,
    isMultimask,
    ...(isMultimask && candidate !== undefined ? { candidate } : {}),
  });
  return toFrameOutput(postprocess, decoded, 'prompt');
}

/** The three masks of a single point, as the decoder gives them. The result is the caller's. */
export async function segmentCandidates(
  { graphs, features }: InferenceParts,
  frame: FrameIndex,
  { candidate: _any, ...input }: PointsInput,
): Promise<MaskCandidates> {
  using lease = await features.lease(frame);
  return await graphs.decodeCandidates({ ...input, features: lease.features });
}

/**
 * A given mask as the frame's output, without memory. The result is the caller's.
 * Source: `sam2_base.py: track_step` with `mask_inputs`.
 * @param mask S×S
 */
export async function segmentMask(
  { graphs, features, postprocess }: InferenceParts,
  frame: FrameIndex,
  { mask, origin }: { readonly mask: BinaryMask; readonly origin: OutputOrigin },
): Promise<FrameOutput> {
  using lease = await features.lease(frame);
  const decoded = await graphs.useMaskAsOutput(lease.features, mask);
  return toFrameOutput(postprocess, decoded, origin);
}

/** The frame's features conditioned on a bank, `[1,d,g,g]`. The result is the caller's. */
export async function attendMemory(
  { graphs, features }: InferenceParts,
  frame: FrameIndex,
  selection: MemoryBankSelection,
): Promise<DeviceTensor> {
  using lease = await features.lease(frame);
  return await graphs.attendMemory(lease.features, selection);
}

/**
 * Objects on a frame without prompts, their memories included, in the order of their selections. A
 * memory comes from the decoder's own logits; only then are the holes filled. The results are the
 * caller's; when this rejects there are none.
 * Source: `sam2_video_predictor.py: propagate_in_video`, `sam2_base.py: track_step`.
 */
export async function trackFrame(
  { graphs, features, postprocess }: InferenceParts,
  frame: FrameIndex,
  selections: readonly MemoryBankSelection[],
): Promise<readonly FrameOutput[]> {
  using lease = await features.lease(frame);
  const tracked = await graphs.trackObjects(lease.features, selections);
  try {
    const logits = await shownLogits(
      postprocess,
      tracked.map(({ output }) => output),
    );
    return tracked.map(({ output, memory }, object) =>
      frameOutput(output, { origin: 'tracked', shownLogits: logits[object], memory }),
    );
  } catch (error) {
    for (const { output, memory } of tracked) {
      output[Symbol.dispose]();
      memory[Symbol.dispose]();
    }
    throw error;
  }
}

/**
 * Gives a prompted frame its memory: from the logits that are shown, whether the prompt was points
 * or a mask, binarised where masks are post-processed.
 * Source: `sam2_video_predictor.py: propagate_in_video_preflight`, `build_sam.py:
 * binarize_mask_from_pts_for_mem_enc`.
 */
export async function encodePromptMemory(
  { graphs, features, postprocess }: InferenceParts,
  frame: FrameIndex,
  output: FrameOutput,
): Promise<void> {
  using lease = await features.lease(frame);
  const isMaskFromPoints = postprocess !== undefined;
  output.setMemory(await graphs.encodeMemory(lease.features, output, { isMaskFromPoints }));
}

/** Takes over `decoded`, also when it rejects. */
async function toFrameOutput(
  postprocess: MaskPostprocess | undefined,
  decoded: MaskDecoderOutput,
  origin: OutputOrigin,
): Promise<FrameOutput> {
  try {
    const [logits] = await shownLogits(postprocess, [decoded]);
    return frameOutput(decoded, { origin, shownLogits: logits });
  } catch (error) {
    decoded[Symbol.dispose]();
    throw error;
  }
}

/** The logits of outputs as they are shown, in tensors of their own where they are others. */
async function shownLogits(
  postprocess: MaskPostprocess | undefined,
  decoded: readonly MaskDecoderOutput[],
): Promise<readonly DeviceTensor[]> {
  const logits = decoded.map(({ lowResMaskLogits }) => lowResMaskLogits);
  return postprocess === undefined ? logits : await postprocess.fillHoles(logits);
}

/** What an output is made of beside what was decoded. */
interface ShownOutput {
  readonly origin: OutputOrigin;
  readonly shownLogits: DeviceTensor | undefined;
  readonly memory?: DeviceTensor;
}

/** Takes over all of it; of the decoder's logits there is no more need where others are shown. */
function frameOutput(
  decoded: MaskDecoderOutput,
  { shownLogits: shown, ...rest }: ShownOutput,
): FrameOutput {
  invariant(shown !== undefined, 'every output has logits');
  if (shown !== decoded.lowResMaskLogits) decoded.lowResMaskLogits[Symbol.dispose]();
  return new FrameOutput(decoded, { ...rest, shownLogits: shown });
}
