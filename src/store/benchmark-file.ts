import { shareOfGemm, type BenchmarkMeasurement, type TimeSummary } from '../core/benchmark.ts';
import { StudioError } from '../core/errors.ts';
import type { ModelReport } from '../protocol/device.ts';
import type { BenchmarkResult } from './benchmark-slice.ts';
import { modelName } from './models-slice.ts';
import { prettyJson, type JsonValue } from './pretty-json.ts';

/** What tells a file of a benchmark from other JSON. */
const BENCHMARK_FORMAT = 'segmentation-studio-benchmark';
/** Raised when a reader of the version before could misread the file. */
const BENCHMARK_SCHEMA_VERSION = 1;
/** A file of a benchmark has some kilobytes; what is larger is something else. */
const MOST_BYTES = 2 ** 20;

/** A benchmark from a file, as far as it is held against another. */
export interface ComparedBenchmark {
  readonly fileName: string;
  /** The model and what it ran on, as users read it. */
  readonly title: string;
  /** p50 in milliseconds by stage. */
  readonly stages: ReadonlyMap<string, number>;
  /** Frames a second by number of objects. */
  readonly tracks: ReadonlyMap<number, number>;
}

/** The file of a benchmark, as `docs/benchmark.schema.json` has it. */
export function benchmarkFile(result: BenchmarkResult, appVersion: string): string {
  const { kind, state, createdAt, model, measurement } = result;
  const { device, clock, pictures, rates, attention, firstRunMs, skippedTracks, counters } =
    measurement;
  return prettyJson({
    format: BENCHMARK_FORMAT,
    schemaVersion: BENCHMARK_SCHEMA_VERSION,
    appVersion,
    createdAt,
    kind,
    isComplete: state === 'complete',
    model: modelOf(model),
    device: { ...device },
    pictures: { ...pictures },
    clock: { ...clock },
    load: { loadMs: rounded(model.loadMs), firstRunMs: rounded(firstRunMs) },
    rates: rates && {
      gemm: rates.gemm.map((rate) => ({ ...rate, gflopPerSecond: rounded(rate.gflopPerSecond) })),
      copy: { ...rates.copy, gigabytesPerSecond: rounded(rates.copy.gigabytesPerSecond) },
    },
    attention: attention?.map(({ gflopPerSecond, ...rate }) => ({
      ...rate,
      ...(gflopPerSecond !== undefined && { gflopPerSecond: rounded(gflopPerSecond) }),
    })),
    stages: measurement.stages.map(({ stage, ...times }) => ({ stage, ...timesOf(times) })),
    tracks: tracksOf(measurement),
    skippedTracks: skippedTracks.map(({ objects, estimatedMs }) => ({
      objects,
      estimatedMs: rounded(estimatedMs),
    })),
    counters: counters && { ...counters },
  });
}

/**
 * Reads a file that `benchmarkFile` wrote, this version or another that says it the same way.
 * @throws StudioError `file-invalid`, saying what is wrong
 */
export async function readBenchmarkFile(file: File): Promise<ComparedBenchmark> {
  const content = file.size > MOST_BYTES ? undefined : parsed(await file.text());
  if (memberOf(content, 'format') !== BENCHMARK_FORMAT) {
    throw invalid(file, 'is no benchmark of this studio');
  }
  if (memberOf(content, 'schemaVersion') !== BENCHMARK_SCHEMA_VERSION) {
    throw invalid(file, 'is of a newer version of the studio');
  }
  const model = memberOf(content, 'model');
  const device = memberOf(content, 'device');
  const [name, imageSize] = [memberOf(model, 'name'), memberOf(model, 'imageSize')];
  const backend = memberOf(device, 'backend');
  const stages = pairsOf(memberOf(content, 'stages'), 'stage', 'p50Ms');
  const tracks = pairsOf(memberOf(content, 'tracks'), 'objects', 'framesPerSecond');
  if (typeof name !== 'string' || typeof imageSize !== 'number' || typeof backend !== 'string') {
    throw invalid(file, 'does not say which model it measured on what');
  }
  return {
    fileName: file.name,
    title: [name, `${imageSize} px`, deviceTitle(backend, memberOf(device, 'adapter'))].join(', '),
    stages: new Map(stages.map(([stage, ms]) => [String(stage), ms])),
    tracks: new Map(tracks.map(([objects, rate]) => [Number(objects), rate])),
  };
}

function modelOf(report: ModelReport): JsonValue {
  // The device is told once, and how long it took to load apart from the model.
  const { device: _device, loadMs: _loadMs, notices: _notices, ...model } = report;
  return { name: modelName(report), ...model };
}

function tracksOf({ tracks, rates }: BenchmarkMeasurement): JsonValue {
  return tracks.map((track) => ({
    objects: track.objects,
    frames: track.frames,
    ...timesOf(track),
    framesPerSecond: rounded(track.framesPerSecond),
    gflopPerFrame: rounded(track.gflopPerFrame),
    shareOfGemm: rates && rounded(shareOfGemm(track, rates)),
  }));
}

function timesOf({ runs, p50Ms, p95Ms }: TimeSummary) {
  return { runs, p50Ms: rounded(p50Ms), p95Ms: rounded(p95Ms) };
}

/** Four decimals are finer than any clock here. */
function rounded(value: number): number {
  return Number(value.toFixed(4));
}

function deviceTitle(backend: string, adapter: unknown): string {
  if (backend !== 'webgpu') return 'WASM';
  const told = [memberOf(adapter, 'vendor'), memberOf(adapter, 'architecture')];
  const name = told.filter((part) => typeof part === 'string' && part !== '').join(' ');
  return name === '' ? 'WebGPU' : `WebGPU, ${name}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Of each item its key and a number above 0; items that have not both are left out. */
function pairsOf(
  list: unknown,
  key: string,
  value: string,
): readonly (readonly [unknown, number])[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const number = memberOf(item, value);
    return typeof number === 'number' && number > 0 ? [[memberOf(item, key), number] as const] : [];
  });
}

function invalid(file: File, what: string): StudioError {
  return new StudioError('file-invalid', `“${file.name}” ${what}.`, {
    hint: 'Choose a JSON file that was saved after a benchmark.',
  });
}
