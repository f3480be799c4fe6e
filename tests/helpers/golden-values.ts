import { namedValues } from '../../src/engine/self-test/named-values.ts';

/** Every `step`-th element of a tensor of the reference, and statistics of all of them. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly step: number;
  readonly mean: number;
  readonly std: number;
  readonly absmax: number;
  readonly values: readonly number[];
}

/** Numbers that are a function of a name. */
export interface GoldenInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly scale?: number;
}

export interface GoldenMask {
  readonly name: string;
  readonly greater_than: number;
}

export interface DecoderCase {
  readonly prompt: {
    readonly points: readonly (readonly (readonly [number, number])[])[] | null;
    readonly labels: readonly (readonly number[])[] | null;
    readonly multimask: boolean;
    readonly mask?: boolean;
  };
  readonly low_res_multimasks: GoldenTensor;
  readonly ious: GoldenTensor;
  readonly low_res_masks: GoldenTensor;
  readonly high_res_masks: GoldenTensor;
  readonly object_pointer: GoldenTensor;
  readonly object_score_logits: GoldenTensor;
}

export interface MaskAsOutputCase {
  readonly mask: GoldenMask;
  readonly low_res_masks: GoldenTensor;
  readonly object_pointer: GoldenTensor;
  readonly object_score_logits: GoldenTensor;
}

/** The network sections of a golden file. */
export interface Sam2Golden {
  readonly model: string;
  readonly weights: { readonly suffix: string };
  readonly image_size: number;
  readonly d_model: number;
  readonly mem_dim: number;
  readonly image_encoder: {
    readonly input: GoldenInput;
    readonly stride4: GoldenTensor;
    readonly stride8: GoldenTensor;
    readonly stride16: GoldenTensor;
    readonly position16: GoldenTensor;
  };
  readonly mask_decoder: {
    readonly mask_input: GoldenInput;
    readonly cases: { readonly mask_as_output: MaskAsOutputCase } & Readonly<
      Record<string, DecoderCase | MaskAsOutputCase>
    >;
  };
  readonly memory_encoder: {
    readonly input: GoldenInput;
    readonly cases: Readonly<
      Record<
        string,
        {
          readonly object_score: number;
          readonly mask_from_points: boolean;
          readonly features: GoldenTensor;
          readonly position: GoldenTensor;
        }
      >
    >;
  };
  readonly memory_attention: {
    readonly current: GoldenInput;
    readonly memory: string;
    readonly memory_pos: string;
    readonly cases: Readonly<
      Record<
        string,
        {
          readonly memory_tokens: number;
          readonly pointer_tokens: number;
          readonly output: GoldenTensor;
        }
      >
    >;
  };
}

/** The numbers of an input. */
export function goldenInput({ name, shape, scale = 1 }: GoldenInput): Float32Array {
  const count = shape.reduce((product, dim) => product * dim, 1);
  return namedValues(name, count).map((value) => value * scale);
}

/** A mask of 0 and 1, `size × size`. */
export function goldenMask({ name, greater_than }: GoldenMask, size: number): Uint8Array {
  const values = namedValues(name, size * size);
  return Uint8Array.from(values, (value) => (value > greater_than ? 1 : 0));
}

/**
 * Largest difference of an element, of the mean, of the standard deviation and of the largest
 * magnitude, as a share of the golden's largest magnitude.
 * @param actual all elements in the reference's order
 */
export function goldenError(actual: Float32Array, golden: GoldenTensor): number {
  const { shape, step, values, absmax } = golden;
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (actual.length !== count) throw new Error(`${actual.length} elements instead of ${count}`);
  let worst = 0;
  for (const [i, value] of values.entries()) {
    worst = Math.max(worst, Math.abs((actual[i * step] ?? NaN) - value));
  }
  const mean = actual.reduce((sum, value) => sum + value, 0) / count;
  const variance = actual.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const largest = actual.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // PyTorch's std divides by n − 1; the goldens of one element have 0.
  const spread = count === 1 ? 0 : Math.sqrt((variance * count) / (count - 1));
  worst = Math.max(
    worst,
    Math.abs(mean - golden.mean),
    Math.min(Math.abs(spread - golden.std), Math.abs(Math.sqrt(variance) - golden.std)),
    Math.abs(largest - absmax),
  );
  return worst / absmax;
}

/** Tokens `[n,c]` in the reference's order `[1,c,h,w]`. */
export function channelsFirst(tokens: Float32Array, channels: number): Float32Array {
  const count = tokens.length / channels;
  return tokens.map((_, i) => tokens[(i % count) * channels + Math.floor(i / count)] ?? NaN);
}
