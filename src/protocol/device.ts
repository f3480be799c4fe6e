/** What this machine can run, found out once; the plan for the model follows from it. */
export interface DeviceReport {
  readonly backend: 'webgpu' | 'wasm';
  /** Which build of ONNX Runtime is loaded. */
  readonly bundle: 'jspi' | 'asyncify' | 'wasm';
  /** Present for WebGPU. */
  readonly adapter?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallback: boolean;
    readonly maxBufferBytes: number;
    readonly hasShaderF16: boolean;
  };
  readonly memory: DeviceMemory;
  /** Threads of the WASM backend; 1 where the page is not cross-origin isolated. */
  readonly threads: number;
  /** Why this backend, as a sentence for the user. */
  readonly reason: string;
  /** Known once a model was loaded on the device. */
  readonly bankAttention?: BankAttentionReport;
  /** Known once a model was loaded on the device. */
  readonly graphCapture?: GraphCaptureReport;
  /** Known once a model was loaded on the device. */
  readonly halfPrecision?: HalfPrecisionReport;
}

/** Whether networks may compute in float16 on a device. */
export interface HalfPrecisionReport {
  readonly isUsable: boolean;
  /** Why, as a sentence for the user. */
  readonly reason: string;
}

/** Whether the networks of a tracked frame are recorded once and replayed, or run node by node. */
export interface GraphCaptureReport {
  readonly isOn: boolean;
  /** Why, as a sentence for the user. */
  readonly reason: string;
}

/** What a device can be expected to hold for the studio, in bytes; inferred, since browsers do not say. */
export interface DeviceMemory {
  readonly capacityBytes: number;
  /** The largest single buffer. */
  readonly largestBufferBytes: number;
}

/** How the attention of a frame to its memory bank is computed. */
export interface BankAttentionReport {
  /**
   * `kernel`: by a program of the studio's own, without a matrix of scores. `graph`: by ONNX Runtime
   * as part of memory attention, the frame's queries in chunks.
   */
  readonly way: 'kernel' | 'graph';
  /** Which of the kernel's programs, by the name it has in benchmarks; known once a model is loaded. */
  readonly variant?: string;
  /** Why, as a sentence for the user. */
  readonly reason: string;
}

/**
 * What the networks compute in. `fp16`: the feed-forward networks of the image encoder and of memory
 * attention in float16, everything else in float32.
 */
export type Precision = 'fp32' | 'fp16';

/** The network's size by the published names; `nano` is this project's own. */
export type ModelSize = 'nano' | 'tiny' | 'small' | 'base_plus' | 'large';

/** The model in use and how it runs. */
export interface ModelReport {
  readonly fileName: string;
  readonly fileBytes: number;
  /** SHA-256 of the checkpoint file, lower-case hex. */
  readonly sha256: string;
  readonly size: ModelSize;
  readonly version: '2.0' | '2.1';
  readonly parameters: number;
  /** Side of the square the frame is resized to, in pixels. */
  readonly imageSize: number;
  readonly precision: Precision;
  readonly device: DeviceReport;
  /** What the user should know of how it runs, one sentence each. */
  readonly notices: readonly string[];
  /** Milliseconds from the start of loading to ready. */
  readonly loadMs: number;
}

/** What a model takes of the device's memory at an image size; an estimate. */
export interface MemoryEstimate {
  readonly size: ModelSize;
  readonly imageSize: number;
  /** When tracking, with all that is kept for later. */
  readonly bytes: number;
  /** Whether the device can be expected to hold it with one object. */
  readonly fits: boolean;
}

/** The device's memory now, and what it would be with each model at each image size on offer. */
export interface MemoryReport {
  /** Of all GPU buffers of the engine; absent on WASM. */
  readonly heldBytes?: number;
  /** For which the estimates are. */
  readonly objects: number;
  readonly estimates: readonly MemoryEstimate[];
}

/** Where a checkpoint comes from: the studio itself, or the user. */
export type ModelSource =
  | { readonly kind: 'bundled' }
  | { readonly kind: 'file'; readonly file: File };

/** How the user wants the model to run. */
export interface ModelPreferences {
  /** `auto` takes WebGPU where a real GPU answers. */
  readonly backend: 'auto' | 'webgpu' | 'wasm';
  /** Multiple of 32; absent: chosen from the device and the model. */
  readonly imageSize?: number;
  /** Absent: float16 where the device and the checkpoint are found to allow it. */
  readonly precision?: 'fp32';
}

/** How far the load of a model is. */
export interface LoadProgress {
  readonly stage:
    | 'starting'
    | 'downloading'
    | 'reading'
    /** Whether the checkpoint may run in float16; once a week. */
    | 'comparing float16'
    | 'preparing weights'
    /** Which program attends to the memory bank; once a week. */
    | 'timing attention'
    | 'building graphs'
    | 'warming up'
    | 'checking';
  /** What of the stage is under way, such as the network that is compiled. */
  readonly part?: string;
  /** 0..1 over the whole load. */
  readonly fraction: number;
}
