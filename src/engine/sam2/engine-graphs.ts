import type { CandidateIndex } from '../../core/prompts.ts';
import type { BinaryMask } from '../../core/rle.ts';
import type { DeviceTensor } from '../device-tensor.ts';

/** What the tracker must know of the model. S = image size, g = S/16, d = model width. */
export interface TrackerConfig {
  /** S, side of the square input in pixels; a multiple of 32. */
  readonly imageSize: number;
  /** d: 256, nano 128. */
  readonly modelWidth: number;
  /** `sam2_base.py: num_maskmem`, 7. */
  readonly numMaskMemories: number;
  /** `sam2_base.py: max_obj_ptrs_in_encoder`, 16. */
  readonly maxObjectPointers: number;
  /** 2.1: pointers carry signed temporal positions (`use_signed_tpos_enc_to_obj_ptrs`). */
  readonly hasPointerTemporalPositions: boolean;
}

/**
 * One frame's features as tokens: the grid row by row, channels last, which is what every network
 * reads. The graphs own nothing of it.
 */
export interface ImageFeatures extends Disposable {
  /** `[(S/4)²,d/8]` */
  readonly stride4: DeviceTensor;
  /** `[(S/8)²,d/4]` */
  readonly stride8: DeviceTensor;
  /** `[g²,d]`, without memory and without `no_mem_embed`. */
  readonly stride16: DeviceTensor;
}

/** Points in model pixels (0..S, as the reference has them before its +0.5 shift). */
export interface EncodedPoints {
  /** x, y pairs. */
  readonly coordinates: Float32Array;
  /** 1 positive, 0 negative, 2 and 3 box corners, −1 padding. One for each point. */
  readonly labels: Int32Array;
}

/** What an object's mask on one frame is decoded from. */
export interface MaskDecoderInput {
  readonly features: ImageFeatures;
  /** Result of `attendMemory` `[g²,d]`; absent: `stride16 + no_mem_embed`. */
  readonly conditioned?: DeviceTensor;
  /** Absent: no prompt, which the reference expresses as one point labelled −1. */
  readonly points?: EncodedPoints;
  /** Earlier low-resolution logits `[1,1,S/4,S/4]`; the graph clamps them to ±32. */
  readonly previousLogits?: DeviceTensor;
  /** Whether the best of three masks is taken (0 or 1 points, no box). */
  readonly isMultimask: boolean;
  /** Which of the three is taken instead of the best; only with `isMultimask`. */
  readonly candidate?: CandidateIndex;
}

/** All with occlusion already applied: logits −1024 and `no_obj_ptr` where the score is ≤ 0. */
export interface MaskDecoderOutput extends Disposable {
  /** `[1,1,S/4,S/4]`, holes unfilled. */
  readonly lowResMaskLogits: DeviceTensor;
  /** `[1,1]`, 0..1 */
  readonly iouScores: DeviceTensor;
  /** `[1,d]` */
  readonly objectPointer: DeviceTensor;
  /** `[1,1]`; the object is present where > 0. */
  readonly objectScoreLogits: DeviceTensor;
}

/** What the three masks of a prompt are decoded from. */
export type CandidatesInput = Omit<MaskDecoderInput, 'isMultimask' | 'candidate'>;

/** The decoder's three masks of one prompt, with occlusion already applied. */
export interface MaskCandidates extends Disposable {
  /** By `CandidateIndex`. */
  readonly candidates: readonly {
    /** `[1,1,S/4,S/4]`, holes unfilled. */
    readonly lowResMaskLogits: DeviceTensor;
    /** `[1,1]`, 0..1 */
    readonly iouScores: DeviceTensor;
  }[];
  /** `[1,1]`; the object is present where > 0. */
  readonly objectScoreLogits: DeviceTensor;
}

/** One mask memory in the bank, in the order in which the reference concatenates them. */
export interface MemoryEntry {
  /** `[g²,64]`, row-major over the grid. */
  readonly features: DeviceTensor;
  /** Row of `maskmem_tpos_enc`: 6 for conditioning frames, 6 − slot for slots 1…6 of the others. */
  readonly temporalRow: number;
}

/** One object pointer in the bank. */
export interface PointerEntry {
  /** `[1,d]` */
  readonly pointer: DeviceTensor;
  /** Distance in frames, signed as the reference signs it; the graphs divide by `maxDistance`. */
  readonly temporalDistance: number;
}

/** What a frame attends to. */
export interface MemoryBankSelection {
  /** At least one. */
  readonly memories: readonly MemoryEntry[];
  readonly pointers: readonly PointerEntry[];
  /** `max_obj_ptrs_in_encoder − 1` as the reference clips it to the video's length. */
  readonly maxPointerDistance: number;
}

/** One object on a tracked frame. Disposing the output leaves the memory. */
export interface TrackedObject {
  readonly output: MaskDecoderOutput;
  /** `[g²,64]` */
  readonly memory: DeviceTensor;
}

/**
 * SAM 2's networks for one model and image size. Inputs stay the caller's; results are the
 * caller's to dispose. Calls must not overlap.
 */
export interface EngineGraphs extends Disposable {
  readonly config: TrackerConfig;
  /** @param image `[1,3,S,S]`, normalised RGB */
  encodeImage(image: DeviceTensor): Promise<ImageFeatures>;
  /** Conditioned features `[g²,d]`. */
  attendMemory(features: ImageFeatures, bank: MemoryBankSelection): Promise<DeviceTensor>;
  decodeMask(input: MaskDecoderInput): Promise<MaskDecoderOutput>;
  /** All three masks that `decodeMask` would choose from with `isMultimask`. */
  decodeCandidates(input: CandidatesInput): Promise<MaskCandidates>;
  /**
   * The mask itself as the decoder's output, `sam2_base.py: _use_mask_as_output`.
   * @param mask S×S
   */
  useMaskAsOutput(features: ImageFeatures, mask: BinaryMask): Promise<MaskDecoderOutput>;
  /**
   * Memory `[g²,64]` of a frame, `sam2_base.py: _encode_new_memory`, from the low-resolution
   * logits resized bilinearly to S×S.
   */
  encodeMemory(
    features: ImageFeatures,
    output: MaskDecoderOutput,
    options: { readonly isMaskFromPoints: boolean },
  ): Promise<DeviceTensor>;
  /**
   * Tracks the objects whose banks these are on one frame, in their order: for each what
   * `attendMemory`, `decodeMask` without a prompt and with `isMultimask`, and `encodeMemory` give, to
   * rounding. What does not depend on the object is computed once, and objects are computed together
   * where that is right for the device. When it rejects, nothing is left.
   */
  trackObjects(
    features: ImageFeatures,
    banks: readonly MemoryBankSelection[],
  ): Promise<readonly TrackedObject[]>;
}
