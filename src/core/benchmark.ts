/**
 * How long a benchmark takes its time. `full`: 20 runs of each stage and tracks of 60 frames. `quick`:
 * 5 runs and tracks of 24 frames, and tracks that would take more than a minute are left out.
 */
export type BenchmarkKind = 'quick' | 'full';

/** The parts of the model and what lies around them, in the order in which a frame meets them. */
export const BENCHMARK_STAGES = [
  'preprocessing',
  'image encoder',
  'mask decoder, one click',
  'memory attention, 1 frame',
  'memory attention, full bank',
  'memory encoder',
  'post-processing and read-back',
  'click on a new frame',
  'click on a frame seen before',
] as const;

/** One of `BENCHMARK_STAGES`. */
export type BenchmarkStage = (typeof BENCHMARK_STAGES)[number];

/** Numbers of objects that are tracked. */
export const BENCHMARK_OBJECTS = [1, 3, 8] as const;

/** Times of so many runs, by nearest rank, in milliseconds. Warm-up runs are not among them. */
export interface TimeSummary {
  readonly runs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** A stage by itself: from its start until its result is there, on a GPU until the GPU is done. */
export interface StageTimes extends TimeSummary {
  readonly stage: BenchmarkStage;
}

/** A track: every frame's time from its masks to the next frame's, once the memory bank is full. */
export interface TrackTimes extends TimeSummary {
  readonly objects: number;
  /** Frames tracked, those included during which the bank filled. */
  readonly frames: number;
  /** Of the timed frames. */
  readonly framesPerSecond: number;
  /** What a frame costs with a full bank, counted from the graphs. */
  readonly gflopPerFrame: number;
}

/** A track that a quick run left out because of how long it would have taken. */
export interface SkippedTrack {
  readonly objects: number;
  readonly estimatedMs: number;
}

/** How something on a GPU was timed: by its own clock, or by the worker's until it was done. */
export type RateClock = 'timestamp-query' | 'wall clock';

/** Rate of a product of two square matrices in float32; the best of some. */
export interface GemmRate {
  readonly by: 'WGSL kernel' | 'ONNX Runtime MatMul';
  /** Of the matrices. */
  readonly side: number;
  readonly gflopPerSecond: number;
  readonly clock: RateClock;
}

/** Rate of copying memory, reads and writes together; the best of some. */
export interface CopyRate {
  readonly by: 'WGSL kernel' | 'one thread in memory';
  /** Copied at once. */
  readonly bytes: number;
  readonly gigabytesPerSecond: number;
  readonly clock: RateClock;
}

/** How fast a program of the kernel that attends to the memory bank is, with the model's own extents. */
export interface AttentionRate {
  /** Tiles of queries and keys, threads, what operands are stored as, and how they are passed. */
  readonly variant: string;
  /** Whether the model runs it. */
  readonly isInUse: boolean;
  /** Present where its result is right; the best of some. */
  readonly gflopPerSecond?: number;
  /** Rms of the difference to the plain program's result, as a share of that; present likewise. */
  readonly deviation?: number;
  /** Why it is not used, present where its result is not right or there is none. */
  readonly fault?: string;
}

/** What the device does at its best, measured in the same run. */
export interface DeviceRates {
  readonly gemm: readonly GemmRate[];
  readonly copy: CopyRate;
}

/** Counted on tracked frames of one object with a full bank, which are not timed. */
export interface FrameCounters {
  /** Bytes that come from the GPU to memory for each frame. */
  readonly bytesReadPerFrame: number;
  /** Compute programs started for each frame, ONNX Runtime's included. */
  readonly dispatchesPerFrame: number;
  /** Bytes of all buffers on the device: weights, the open clip's session and the benchmark's. */
  readonly gpuBytesHeld: number;
}

/** The device and the browser around it. */
export interface BenchmarkDevice {
  readonly backend: 'webgpu' | 'wasm';
  /** Of the backend WASM; 1 on WebGPU. */
  readonly threads: number;
  readonly ortVersion: string;
  readonly ortBuild: 'jspi' | 'asyncify' | 'wasm';
  readonly adapter?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    /** A software GPU, whose times mean nothing. */
    readonly isSoftware: boolean;
  };
  /** Limits of the GPU device that decide what fits and how kernels are cut, by WebGPU's names. */
  readonly limits?: Readonly<Record<string, number>>;
  /** WebGPU features of the device. */
  readonly features?: readonly string[];
  readonly userAgent: string;
  readonly logicalProcessors: number;
  readonly isCrossOriginIsolated: boolean;
  /** How a frame's attention to its memory bank is computed: by the studio's kernel or by ONNX Runtime. */
  readonly bankAttention?: 'kernel' | 'graph';
}

/** How finely times can be told apart. */
export interface BenchmarkClock {
  /** The smallest step that the worker's clock was seen to take. */
  readonly stepMs: number;
  /** On a GPU: a wait for the GPU with nothing to do, which is part of each stage's time. */
  readonly fenceMs?: number;
}

/** What was measured so far; nothing in it is an estimate. */
export interface BenchmarkMeasurement {
  readonly device: BenchmarkDevice;
  readonly clock: BenchmarkClock;
  /** The generated pictures that it ran on, in pixels. */
  readonly pictures: { readonly width: number; readonly height: number };
  /**
   * The first run of all networks, when the model was loaded: on a GPU most of it is compiling.
   * One frame of 64 × 64 pixels.
   */
  readonly firstRunMs: number;
  readonly rates?: DeviceRates;
  /** Of those that the device takes; absent where ONNX Runtime attends. */
  readonly attention?: readonly AttentionRate[];
  readonly stages: readonly StageTimes[];
  readonly tracks: readonly TrackTimes[];
  readonly skippedTracks: readonly SkippedTrack[];
  /** Absent on WASM, where nothing is read back and nothing is dispatched. */
  readonly counters?: FrameCounters;
}

/** The faster product of matrices, GFLOP/s; what shares are of. */
export function bestGemmRate({ gemm }: DeviceRates): number {
  return Math.max(...gemm.map(({ gflopPerSecond }) => gflopPerSecond));
}

/** Which part of the device's best rate for products of matrices a whole frame reaches, 0..1. */
export function shareOfGemm(track: TrackTimes, rates: DeviceRates): number {
  return (track.gflopPerFrame * track.framesPerSecond) / bestGemmRate(rates);
}
