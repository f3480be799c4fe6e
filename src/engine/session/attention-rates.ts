import { PassTimer } from '../kernels/pass-timer.ts';
import {
  type AttentionExtents,
  planCrossAttention,
} from '../kernels/cross-attention/attention-plan.ts';
import {
  type AttentionVariant,
  VALUE_WIDTH,
} from '../kernels/cross-attention/attention-variant.ts';
import { fullOf } from '../kernels/cross-attention/bank-rows.ts';
import {
  type AttentionPrograms,
  compileAttention,
  GpuCrossAttention,
} from '../kernels/cross-attention/gpu-cross-attention.ts';
import { GpuResources } from '../kernels/gpu-resources.ts';
import { readBuffer } from '../runtime/read-buffer.ts';
import { namedValues } from '../self-test/named-values.ts';
import { rmsDeviation } from './rms-deviation.ts';

/** How fast a variant is on a device, or why it is not to be used there. */
export interface VariantRate {
  readonly variant: AttentionVariant;
  /** Present where the variant is right. */
  readonly gflopPerSecond?: number;
  /** Rms of the difference to the plain variant's result, as a share of that; present likewise. */
  readonly deviation?: number;
  /** Present where it is not, as part of a sentence. */
  readonly fault?: string;
}

interface VariantRun {
  /** The least of the takes. */
  readonly elapsedMs: number;
  readonly deviation: number;
}

/** What `measureVariants` measures. */
export interface VariantMeasurement {
  /** The plain one first; all of them taken by the device. */
  readonly variants: readonly AttentionVariant[];
  /** Told before each is timed; `at` counts from 0. */
  readonly onVariant?: (at: number) => void;
}

/** Keys tried first, enough for every workgroup of a large image. */
const FEWEST_KEYS = 1024;
/** More would say no more, and take memory. */
const MOST_KEYS = 16_384;
const MOST_REPEATS = 64;
/** A pass of so long is long beside a clock that browsers round to 0.1 ms. */
const ENOUGH_MS = 3;
const TAKES = 3;
/**
 * Rms of the difference to the plain variant's result, as a share of that. On software devices float32 sums in
 * another order made 2e-8, and operands of float16 7e-4.
 */
const TOLERANCES: Readonly<Record<AttentionVariant['storage'], number>> = {
  float32: 3e-5,
  float16: 3e-3,
};
/** Prime, so that no two rows of the operands are alike where values are repeated. */
const PATTERN_LENGTH = 65_521;
const FLOAT_BYTES = 4;

/**
 * Times variants on made-up operands, the plain one first and last, whose result the others are held
 * against. The least of some takes counts. Takes tens of milliseconds on a fast GPU, most of it compiling.
 * @param extents as the model's with a full bank; fewer keys are taken where those say enough
 */
export async function measureVariants(
  device: GPUDevice,
  extents: AttentionExtents,
  { variants, onVariant }: VariantMeasurement,
): Promise<readonly VariantRate[]> {
  const compiled = await Promise.all(
    variants.map((variant) => compiledOrFault(device, extents.keyWidth, variant)),
  );
  using bench = new VariantBench(device, extents);
  const [plain] = compiled;
  if (typeof plain !== 'object') return [];
  await bench.begin(plain);
  const rates: VariantRate[] = [];
  for (const [at, variant] of variants.entries()) {
    onVariant?.(at);
    const programs = compiled[at] ?? 'it was not compiled';
    const found = typeof programs === 'string' ? programs : await bench.measure(programs);
    rates.push(typeof found === 'string' ? { variant, fault: found } : bench.rate(variant, found));
  }
  // A GPU may have sped up meanwhile, which must not speak for the others.
  const last = await bench.measure(plain);
  if (typeof last === 'string') return rates;
  const again = bench.rate(plain.variant, last);
  return rates.map((each) => (each.variant === plain.variant ? faster(each, again) : each));
}

function faster(one: VariantRate, other: VariantRate): VariantRate {
  return (one.gflopPerSecond ?? 0) > (other.gflopPerSecond ?? 0) ? one : other;
}

async function compiledOrFault(
  device: GPUDevice,
  keyWidth: number,
  variant: AttentionVariant,
): Promise<AttentionPrograms | string> {
  try {
    return await compileAttention(device, keyWidth, variant);
  } catch (error) {
    if (!(error instanceof GPUPipelineError)) throw error;
    return `does not compile: ${error.message}`;
  }
}

/** Operands on the device, and the result that all variants should give. */
class VariantBench implements Disposable {
  readonly #device: GPUDevice;
  readonly #resources: GpuResources;
  readonly #timer: PassTimer;
  /** Of the operands. */
  readonly #extents: AttentionExtents;
  readonly #buffers: Readonly<Record<'queries' | 'keys' | 'values' | 'attended', GPUBuffer>>;
  /** Attended to. */
  #keys: number;
  /** Of the attention in a timed pass. */
  #repeats = 1;
  #expected = new Float32Array();

  constructor(device: GPUDevice, ofModel: AttentionExtents) {
    const extents = { ...ofModel, keys: Math.min(ofModel.keys, MOST_KEYS) };
    this.#device = device;
    this.#resources = new GpuResources(device);
    this.#timer = new PassTimer(device);
    this.#extents = extents;
    this.#keys = Math.min(FEWEST_KEYS, extents.keys);
    const { queries, keys, keyWidth } = extents;
    const filled = (name: string, floats: number) =>
      this.#resources.createFilled(name, repeated(name, floats));
    this.#buffers = {
      queries: filled('measured queries', queries * keyWidth),
      keys: filled('measured keys', keys * keyWidth),
      values: filled('measured values', keys * VALUE_WIDTH),
      attended: this.#resources.create(
        'measured attention',
        queries * VALUE_WIDTH * FLOAT_BYTES,
        GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
      ),
    };
  }

  /** Takes as many keys and repeats as say enough, and the plain variant's result as right. */
  async begin(plain: AttentionPrograms): Promise<void> {
    using kernel = new GpuCrossAttention(this.#device, this.#extents.queries, plain);
    await this.#time(kernel);
    let elapsedMs = await this.#time(kernel);
    while (elapsedMs * this.#repeats < ENOUGH_MS && this.#grow()) {
      elapsedMs = await this.#time(kernel);
    }
    this.#expected = await this.#result();
  }

  /** How long a variant takes, or what is wrong with it. */
  async measure(programs: AttentionPrograms): Promise<VariantRun | string> {
    this.#device.pushErrorScope('validation');
    const found = await this.#run(programs);
    const refused = await this.#device.popErrorScope();
    return refused === null ? found : `does not run: ${refused.message}`;
  }

  rate(variant: AttentionVariant, { elapsedMs, deviation }: VariantRun): VariantRate {
    const { flop } = planCrossAttention({ ...this.#extents, keys: this.#keys }, variant);
    return { variant, gflopPerSecond: flop / 1e6 / elapsedMs, deviation };
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#resources[Symbol.dispose]();
  }

  /** Whether there is more to time. */
  #grow(): boolean {
    if (this.#keys < this.#extents.keys) {
      this.#keys = Math.min(2 * this.#keys, this.#extents.keys);
      return true;
    }
    this.#repeats *= 2;
    return this.#repeats < MOST_REPEATS;
  }

  async #run(programs: AttentionPrograms): Promise<VariantRun | string> {
    using kernel = new GpuCrossAttention(this.#device, this.#extents.queries, programs);
    await this.#time(kernel);
    const deviation = rmsDeviation(await this.#result(), this.#expected);
    if (!(deviation <= TOLERANCES[programs.variant.storage])) {
      return `is off by ${(deviation * 100).toPrecision(2)} %`;
    }
    let elapsedMs = Infinity;
    for (let take = 0; take < TAKES; take++) {
      elapsedMs = Math.min(elapsedMs, await this.#time(kernel));
    }
    return { elapsedMs, deviation };
  }

  /** Milliseconds of one run. */
  async #time(kernel: GpuCrossAttention): Promise<number> {
    const { queries, keys, values, attended } = this.#buffers;
    const slice = (buffer: GPUBuffer, size = buffer.size) => ({ buffer, offset: 0, size });
    const rowBytes = this.#extents.keyWidth * FLOAT_BYTES;
    const operands = {
      queries: slice(queries),
      keys: slice(keys, this.#keys * rowBytes),
      values: slice(values, this.#keys * VALUE_WIDTH * FLOAT_BYTES),
      rows: fullOf(this.#keys),
    };
    const elapsedMs = await this.#timer.time((pass) => {
      for (let at = 0; at < this.#repeats; at++) kernel.encode(pass, operands, slice(attended));
    });
    return elapsedMs / this.#repeats;
  }

  async #result(): Promise<Float32Array<ArrayBuffer>> {
    const { attended } = this.#buffers;
    return new Float32Array(await readBuffer(this.#device, attended, attended.size));
  }
}

/** Values within ±1 that are a function of a name. */
function repeated(name: string, floats: number): Float32Array<ArrayBuffer> {
  const pattern = namedValues(name, Math.min(PATTERN_LENGTH, floats));
  const values = new Float32Array(floats);
  for (let at = 0; at < floats; at += pattern.length) {
    values.set(pattern.subarray(0, floats - at), at);
  }
  return values;
}
