import { BENCHMARK_STAGES, type BenchmarkMeasurement } from '../../src/core/benchmark.ts';
import type { BenchmarkBatch, BenchmarkCursor } from '../../src/protocol/benchmark-api.ts';

/** What a benchmark might find on a GPU. */
export function buildMeasurement(
  changes: Partial<BenchmarkMeasurement> = {},
): BenchmarkMeasurement {
  return {
    device: {
      backend: 'webgpu',
      threads: 1,
      ortVersion: '1.30.0',
      ortBuild: 'jspi',
      adapter: {
        vendor: 'apple',
        architecture: 'metal-3',
        description: '',
        isSoftware: false,
      },
      limits: { maxBufferSize: 4_294_967_292, maxComputeWorkgroupStorageSize: 32_768 },
      features: ['shader-f16', 'timestamp-query'],
      userAgent: 'Mozilla/5.0 (Macintosh) Chrome/156.0.0.0',
      logicalProcessors: 12,
      isCrossOriginIsolated: true,
      bankAttention: 'kernel',
    },
    clock: { stepMs: 0.005, fenceMs: 0.21 },
    pictures: { width: 854, height: 480 },
    firstRunMs: 1480.25,
    rates: {
      gemm: [
        { by: 'WGSL kernel', side: 2048, gflopPerSecond: 2400, clock: 'timestamp-query' },
        { by: 'ONNX Runtime MatMul', side: 1024, gflopPerSecond: 1800, clock: 'wall clock' },
      ],
      copy: {
        by: 'WGSL kernel',
        bytes: 67_108_864,
        gigabytesPerSecond: 120.5,
        clock: 'timestamp-query',
      },
    },
    attention: [
      {
        variant: '64 × 32, 128 threads, float32',
        isInUse: false,
        gflopPerSecond: 900,
        deviation: 0,
      },
      {
        variant: '128 × 64, 128 threads, float32',
        isInUse: true,
        gflopPerSecond: 1530,
        deviation: 2.1e-8,
      },
      {
        variant: '64 × 32, 128 threads, float32, subgroups',
        isInUse: false,
        fault: 'is off by 4 %',
      },
    ],
    stages: BENCHMARK_STAGES.map((stage, at) => ({
      stage,
      runs: 20,
      p50Ms: 2 * (at + 1),
      p95Ms: 2.5 * (at + 1),
    })),
    tracks: [1, 3, 8].map((objects) => ({
      objects,
      frames: 60,
      runs: 43,
      p50Ms: 10 + 10 * objects,
      p95Ms: 12 + 11 * objects,
      framesPerSecond: 1000 / (10 + 10 * objects),
      gflopPerFrame: 6 + 6 * objects,
    })),
    skippedTracks: [],
    counters: { bytesReadPerFrame: 32_784, dispatchesPerFrame: 612, gpuBytesHeld: 306_000_000 },
    ...changes,
  };
}

/** A benchmark that finds one stage with each batch, and all of it with the last. */
export class FakeBenchmark implements BenchmarkCursor {
  measurement = buildMeasurement();
  /** After so many batches it stands still; never while undefined. */
  holdAfterBatches: number | undefined;
  /** Thrown by the batch after the first. */
  failure: Error | undefined;
  isCancelled = false;
  #batches = 0;

  async nextBatch(_maxMs: number): Promise<BenchmarkBatch> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.failure !== undefined && this.#batches > 0) throw this.failure;
    const isHeld = this.holdAfterBatches !== undefined && this.#batches >= this.holdAfterBatches;
    if (!isHeld) this.#batches++;
    const { stages } = this.measurement;
    const found = stages.slice(0, this.#batches);
    if (this.isCancelled)
      return this.#batch('cancelled', { ...this.measurement, stages: found, tracks: [] });
    if (found.length === stages.length) return this.#batch('complete', this.measurement);
    return this.#batch('running', { ...this.measurement, stages: found, tracks: [] });
  }

  async cancel(): Promise<void> {
    this.isCancelled = true;
  }

  #batch(state: BenchmarkBatch['state'], measurement: BenchmarkMeasurement): BenchmarkBatch {
    const known = this.#batches > 3 ? { remainingMs: 42_000 } : {};
    return { state, doing: 'image encoder', ...known, measurement };
  }
}
