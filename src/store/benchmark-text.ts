import {
  type AttentionRate,
  bestGemmRate,
  shareOfGemm,
  type BenchmarkDevice,
  type BenchmarkMeasurement,
} from '../core/benchmark.ts';
import type { BenchmarkResult, RunningBenchmark } from './benchmark-slice.ts';
import { formatBytes, formatCount, formatCounted, formatDurationMs } from './format.ts';
import { modelName } from './models-slice.ts';

/** Milliseconds with as many digits as say something: `0.31`, `12.4`, `1,653`. */
export function formatMs(ms: number): string {
  if (ms < 1) return ms.toFixed(2);
  return ms < 100 ? ms.toFixed(1) : formatCount(Math.round(ms));
}

/** A part of a whole in percent, such as `62 %`; a decimal below 10. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** How much faster than the other: `1.60×`; above 1 is faster. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

/** How long it still takes. */
export function remainingText({ remainingMs }: RunningBenchmark): string {
  if (remainingMs === undefined) return 'The time it takes is known after the first stages.';
  return `About ${formatDurationMs(Math.max(remainingMs, 1000))} left.`;
}

/** What ran, on what, in one line each. */
export function benchmarkFacts({ model, measurement }: BenchmarkResult): readonly BenchmarkFact[] {
  const { device, clock, pictures, rates, attention, firstRunMs, counters } = measurement;
  return [
    { name: 'Model', text: `${modelName(model)}, ${model.imageSize} px, ${model.precision}` },
    { name: 'Device', text: deviceText(device) },
    { name: 'Runtime', text: `ONNX Runtime ${device.ortVersion} (${device.ortBuild})` },
    ...(device.bankAttention === undefined
      ? []
      : [{ name: 'Bank attention', text: bankAttentionText(device.bankAttention, attention) }]),
    { name: 'Pictures', text: `generated, ${pictures.width} × ${pictures.height}` },
    {
      name: 'First run',
      text: `${formatMs(firstRunMs)} ms for all networks, compiling included; loaded in ${formatDurationMs(model.loadMs)}`,
    },
    ...(rates === undefined ? [] : ratesFacts(rates)),
    { name: 'Times', text: 'until the result is there; warm-up runs and decoding are not in them' },
    { name: 'Clock', text: clockText(clock) },
    ...(counters === undefined
      ? []
      : [
          {
            name: 'A tracked frame',
            text: `${formatCount(counters.dispatchesPerFrame)} programs started, ${formatCount(counters.bytesReadPerFrame)} bytes read back`,
          },
          { name: 'Held on the GPU', text: `${formatBytes(counters.gpuBytesHeld)} in buffers` },
        ]),
    { name: 'Browser', text: device.userAgent },
  ];
}

/** A line of the facts. */
export interface BenchmarkFact {
  readonly name: string;
  readonly text: string;
}

/** What a reader must know before the numbers, as sentences. */
export function benchmarkCautions({
  model,
  state,
  measurement,
}: BenchmarkResult): readonly string[] {
  const { device, skippedTracks } = measurement;
  const skipped = skippedTracks.map(
    ({ objects, estimatedMs }) =>
      `${formatCounted(objects, 'object')} (${formatDurationMs(estimatedMs)})`,
  );
  return [
    ...(device.adapter?.isSoftware === true ? ['Software GPU: times mean nothing.'] : []),
    ...(model.size === 'nano' ? ['Nano is a demo model. Its times are not those of SAM 2.'] : []),
    ...(state === 'cancelled' ? ['Cancelled: only what was finished is here.'] : []),
    ...(skipped.length === 0
      ? []
      : [`Left out as too long for a quick run: ${skipped.join(', ')}.`]),
  ];
}

/** The whole result as text, in Markdown, for the report of an issue. */
export function benchmarkText(result: BenchmarkResult, appVersion: string): string {
  const { kind, createdAt, measurement } = result;
  const { stages } = measurement;
  const cautions = benchmarkCautions(result).map((caution) => `**${caution}**`);
  const facts = benchmarkFacts(result).map(({ name, text }) => `- ${name}: ${text}`);
  return `${[
    `### Benchmark, ${kind}`,
    `Segmentation Studio ${appVersion}, ${createdAt}`,
    ...cautions,
    facts.join('\n'),
    table(
      ['stage', 'p50 ms', 'p95 ms', 'runs'],
      stages.map(({ stage, p50Ms, p95Ms, runs }) => [
        stage,
        formatMs(p50Ms),
        formatMs(p95Ms),
        String(runs),
      ]),
    ),
    trackTable(measurement),
    ...attentionTable(measurement),
  ].join('\n\n')}\n`;
}

function trackTable({ tracks, rates }: BenchmarkMeasurement): string {
  const head = ['objects', 'frames/s', 'p50 ms', 'p95 ms', 'GFLOP a frame', 'of the GEMM rate'];
  const rows = tracks.map((track) => [
    String(track.objects),
    track.framesPerSecond.toFixed(2),
    formatMs(track.p50Ms),
    formatMs(track.p95Ms),
    track.gflopPerFrame.toFixed(2),
    rates === undefined ? '' : formatShare(shareOfGemm(track, rates)),
  ]);
  return table(head, rows);
}

/** What runs, and how much faster than the plain program it is, which comes first. */
function bankAttentionText(
  way: keyof typeof BANK_ATTENTION,
  rates: readonly AttentionRate[] = [],
): string {
  const inUse = rates.find(({ isInUse }) => isInUse);
  const [plain] = rates;
  if (inUse?.gflopPerSecond === undefined || plain?.gflopPerSecond === undefined) {
    return BANK_ATTENTION[way];
  }
  const rate = `${formatCount(Math.round(inUse.gflopPerSecond))} GFLOP/s`;
  const gain = formatRatio(inUse.gflopPerSecond / plain.gflopPerSecond);
  return `${BANK_ATTENTION[way]}, ${inUse.variant}: ${rate}, ${gain} the plain program’s`;
}

function attentionTable({ attention = [] }: BenchmarkMeasurement): readonly string[] {
  if (attention.length === 0) return [];
  const rows = attention.map(({ variant, isInUse, gflopPerSecond, deviation, fault }) => [
    isInUse ? `**${variant}**` : variant,
    gflopPerSecond === undefined ? (fault ?? '') : formatCount(Math.round(gflopPerSecond)),
    deviation === undefined ? '' : deviation.toExponential(1),
  ]);
  return [table(['bank attention', 'GFLOP/s', 'deviation'], rows)];
}

const BANK_ATTENTION = {
  kernel: 'the studio’s own kernel',
  graph: 'ONNX Runtime, part of memory attention',
} as const;

function ratesFacts(rates: NonNullable<BenchmarkMeasurement['rates']>): readonly BenchmarkFact[] {
  const { gemm, copy } = rates;
  const products = gemm.map(
    ({ by, side, gflopPerSecond, clock }) =>
      `${formatCount(Math.round(gflopPerSecond))} GFLOP/s by ${by} (${side}³, ${clock})`,
  );
  const best =
    gemm.length > 1 ? `; shares are of ${formatCount(Math.round(bestGemmRate(rates)))}` : '';
  return [
    { name: 'GEMM', text: `${products.join(', ')}${best}` },
    {
      name: 'Copy',
      text: `${copy.gigabytesPerSecond.toFixed(1)} GB/s read and written, ${copy.by} (${copy.clock})`,
    },
  ];
}

function deviceText({ backend, adapter, threads, logicalProcessors }: BenchmarkDevice): string {
  if (backend === 'wasm') {
    const count = formatCounted(threads, 'thread');
    return `CPU (WASM), ${count} of ${logicalProcessors} logical processors`;
  }
  const { vendor = '', architecture = '', description = '' } = adapter ?? {};
  const names = [vendor, architecture, description].filter((part) => part !== '');
  const software = adapter?.isSoftware === true ? ' (software)' : '';
  return `WebGPU, ${names.length === 0 ? 'not named by the browser' : names.join(' ')}${software}`;
}

function clockText({ stepMs, fenceMs }: BenchmarkMeasurement['clock']): string {
  const step = `steps of ${formatStep(stepMs)} ms`;
  return fenceMs === undefined
    ? step
    : `${step}; each stage includes a wait for the GPU, ${formatMs(fenceMs)} ms with nothing to do`;
}

function formatStep(stepMs: number): string {
  return Number(stepMs.toPrecision(2)).toString();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
