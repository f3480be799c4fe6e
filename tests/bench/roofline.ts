import type { BankCounts } from '../../src/engine/sam2/bank-room.ts';
import {
  type Cost,
  type DeviceRates,
  leastMs,
  sumCosts,
} from '../../src/engine/graph/graph-cost.ts';
import {
  bankAttentionCost,
  type FramePart,
  type PartName,
  type TrackedFrame,
  trackedFrameCost,
  WORK_KINDS,
  workKind,
} from '../../src/engine/sam2/frame-cost.ts';
import { modelConfig, type ModelSize } from '../../src/engine/sam2/model-config.ts';
import type { StageTime } from './model-bench.ts';
import type { BenchResult } from './node-bench.ts';
import { COST_HEADS, costCells, mega, percent, table } from './report-table.ts';
import { variantTable } from './variant-table.ts';

/** What `rooflineReport` counts. */
export interface RooflineRequest {
  readonly size: ModelSize;
  readonly imageSize: number;
  readonly objects: number;
  readonly bankAttention: 'kernel' | 'graph';
  /** Made-up devices to give bounds for. */
  readonly devices: readonly DeviceRates[];
  readonly framesPerSecond: number;
  /** How many of the dearest nodes to list. */
  readonly nodes: number;
  /** Times of a device at hand, with a full bank. */
  readonly measured?: Pick<BenchResult, 'stages' | 'matMulRate'>;
}

/** As a long track has it. */
export const FULL_BANK: BankCounts = { memories: 7, pointers: 16 };

/** The bank after 1, 2, 4, 7 and 16 frames. */
const BANKS: readonly BankCounts[] = [
  { memories: 1, pointers: 1 },
  { memories: 2, pointers: 2 },
  { memories: 4, pointers: 4 },
  { memories: 7, pointers: 7 },
  FULL_BANK,
];

/** Tables, in Markdown, of what a tracked frame costs. */
export function rooflineReport(request: RooflineRequest): string {
  const { size, imageSize, objects, bankAttention } = request;
  const config = modelConfig(size, '2.1');
  const frame: TrackedFrame = { config, imageSize, bank: FULL_BANK, objects, bankAttention };
  const parts = trackedFrameCost(frame);
  return [
    `## ${size} at ${imageSize}, ${objects} object${objects > 1 ? 's' : ''}, 7 memories and 16 pointers, the bank attended to by the ${bankAttention}`,
    ...rateLine(request.measured),
    partTable(parts, request),
    'Attention to the bank, one object, all layers, as the graph does it and as the kernel does:',
    bankAttentionTable(frame),
    'The kernel’s programs:',
    variantTable(frame),
    bankTable(request),
    nodeTable(parts, request.nodes),
  ].join('\n\n');
}

function rateLine(measured: RooflineRequest['measured']): string[] {
  if (measured === undefined) return [];
  return [
    `Product of matrices on the same device and run: ${measured.matMulRate.toFixed(1)} GFLOP/s.`,
  ];
}

function bankAttentionTable(frame: TrackedFrame): string {
  const { graph, kernel, kernelRequestedBytes, leastBytes } = bankAttentionCost(frame);
  return table(
    ['', ...COST_HEADS, 'MB at least', 'MB asked of the caches'],
    [
      ['graph', ...costCells(graph), mega(leastBytes), 'not known'],
      ['kernel', ...costCells(kernel), mega(leastBytes), mega(kernelRequestedBytes)],
    ],
  );
}

/** Each network of the frame and the kinds of work in it, then the whole frame. */
function partTable(parts: readonly FramePart[], request: RooflineRequest): string {
  const frameNodes = parts.flatMap(({ nodes }) => nodes);
  const frame = sumCosts(frameNodes);
  const line = (name: string, nodes: readonly Cost[], measured: readonly string[]) => {
    const cost = sumCosts(nodes);
    return [
      name,
      ...costCells(cost),
      percent(cost.flop / frame.flop),
      percent(cost.bytes / frame.bytes),
      ...request.devices.map((device) => leastMs(nodes, device).toFixed(1)),
      ...(request.measured === undefined ? [] : measured),
    ];
  };
  const rows = parts.flatMap((part) => [
    line(part.name, part.nodes, measuredCells(part, request)),
    ...WORK_KINDS.flatMap((kind) => {
      const nodes = part.nodes.filter((node) => workKind(node) === kind);
      return nodes.length === 0 ? [] : [line(`· ${kind}`, nodes, ['', '', ''])];
    }),
  ]);
  const measuredHeads =
    request.measured === undefined ? [] : ['ms a run (median)', 'GFLOP/s', 'share of the rate'];
  const columns = ['', ...COST_HEADS, 'of FLOP', 'of bytes'];
  return table(
    [...columns, ...request.devices.map(deviceTitle), ...measuredHeads],
    [...rows, line('frame', frameNodes, ['', '', ''])],
  );
}

function bankTable(request: RooflineRequest): string {
  const { size, imageSize, objects, bankAttention, framesPerSecond } = request;
  const rows = BANKS.map((bank) => {
    const parts = trackedFrameCost({
      config: modelConfig(size, '2.1'),
      imageSize,
      bank,
      objects,
      bankAttention,
    });
    const cost = sumCosts(parts.flatMap(({ nodes }) => nodes));
    const rate = (amount: number) => ((amount * framesPerSecond) / 1e9).toFixed(0);
    return [
      `${bank.memories} + ${bank.pointers}`,
      ...costCells(cost),
      rate(cost.flop),
      rate(cost.bytes),
    ];
  });
  const needs = (unit: string) => `${unit} for ${framesPerSecond} frames/s`;
  return table(['bank', ...COST_HEADS, needs('GFLOP/s'), needs('GB/s')], rows);
}

function nodeTable(parts: readonly FramePart[], count: number): string {
  const nodes = parts.flatMap((part) => part.nodes.map((node) => ({ part: part.name, ...node })));
  const dearest = nodes.toSorted((a, b) => b.flop - a.flop || b.bytes - a.bytes).slice(0, count);
  if (dearest.length === 0) return '';
  return table(
    ['node', 'network', ...COST_HEADS],
    dearest.map((node) => [node.name, node.part, ...costCells(node)]),
  );
}

/** The stage of `benchModel` that is this network with a full bank. */
export function stageOf(stages: readonly StageTime[], part: PartName): StageTime | undefined {
  const full = `${FULL_BANK.memories} + ${FULL_BANK.pointers}`;
  return stages.find(({ stage }) => stage === part || stage === `${part}, ${full}`);
}

/** Times are of one object. */
function measuredCells(
  { name, nodes }: FramePart,
  { measured, objects }: RooflineRequest,
): readonly string[] {
  const stage = measured && stageOf(measured.stages, name);
  if (measured === undefined || stage === undefined || objects > 1) return ['', '', ''];
  const rate = sumCosts(nodes).flop / 1e6 / stage.medianMs;
  return [stage.medianMs.toFixed(2), rate.toFixed(1), percent(rate / measured.matMulRate)];
}

function deviceTitle({ flopPerSecond, bytesPerSecond }: DeviceRates): string {
  return `ms at least, ${flopPerSecond / 1e9} GFLOP/s and ${bytesPerSecond / 1e9} GB/s`;
}
