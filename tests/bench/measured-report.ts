import { groupBy } from '../../src/core/group-by.ts';
import { type Cost, sumCosts } from '../../src/engine/graph/graph-cost.ts';
import {
  type FrameNode,
  type FramePart,
  trackedFrameCost,
  WORK_KINDS,
  workKind,
} from '../../src/engine/sam2/frame-cost.ts';
import { modelConfig } from '../../src/engine/sam2/model-config.ts';
import { type KernelTime, placeKernels } from './kernel-times.ts';
import type { MeasuredFrame } from './measured-frame.ts';
import { COST_HEADS, costCells, giga, percent, table } from './report-table.ts';
import { FULL_BANK, type RooflineRequest, stageOf } from './roofline.ts';

/** What something costs by the count, and what it took; no cost for what is no node of ours. */
interface Line {
  readonly name: string;
  readonly ms: number;
  readonly cost?: Cost;
  /** What a run of it took that was not profiled. */
  readonly plainMs?: number;
}

type FrameLine = Required<Line>;

interface NodeLine extends Line {
  readonly part: string;
  readonly cost: Cost;
}

/** A network, the kinds of work in it, and its nodes. */
interface PartLines {
  readonly part: Line;
  readonly within: readonly Line[];
  readonly nodes: readonly NodeLine[];
}

const HEADS = [
  ...COST_HEADS,
  'ms',
  'of the frame',
  'GFLOP/s',
  'of the product',
  'GB/s',
  'of the copy',
] as const;

/** Tables, in Markdown, of measured times beside what was counted, of one object with a full bank. */
export function measuredReport(
  { size, imageSize, nodes }: Pick<RooflineRequest, 'size' | 'imageSize' | 'nodes'>,
  measured: MeasuredFrame,
): string {
  const { bankAttention, gflopPerSecond, gigabytesPerSecond } = measured;
  const config = modelConfig(size, '2.1');
  const parts = trackedFrameCost({ config, imageSize, bank: FULL_BANK, objects: 1, bankAttention });
  const lines = parts.map((part) => linesOf(part, measured));
  const frame = frameLine(lines);
  const cells = (line: Line) => lineCells(line, { frame, ...measured });
  const dearest = lines
    .flatMap((part) => part.nodes)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, nodes);
  return [
    `## Measured: ${size} at ${imageSize}, 1 object, 7 memories and 16 pointers, ${measured.where}`,
    `Product of matrices on the same device and run: ${gflopPerSecond.toFixed(1)} GFLOP/s; copy: ${gigabytesPerSecond.toFixed(1)} GB/s.`,
    goalLine(frame, measured),
    table(
      ['', ...HEADS, 'ms not profiled'],
      [...lines.flatMap(({ part, within }) => [part, ...within]), frame].map((line) => [
        ...cells(line),
        line.plainMs?.toFixed(2) ?? '',
      ]),
    ),
    table(
      ['node', 'network', ...HEADS],
      dearest.map((line) => cells(line).toSpliced(1, 0, line.part)),
    ),
  ].join('\n\n');
}

function linesOf({ name, nodes }: FramePart, { parts, stages }: MeasuredFrame): PartLines {
  const profiles = parts.find((part) => part.name === name)?.profiles ?? [];
  const kernels = profiles.flatMap((profile) => profile.kernels);
  const placed = placeKernels(kernels, new Set(nodes.map((node) => node.name)));
  const nodeLines = [...groupBy(nodes, (node) => node.name)].map(([node, same]) => ({
    name: node,
    part: name,
    ms: placed.ms.get(node) ?? 0,
    cost: sumCosts(same),
  }));
  const plainMs = stageOf(stages, name)?.medianMs ?? NaN;
  return {
    part: { name, ms: sumMs(kernels), cost: sumCosts(nodes), plainMs },
    within: [...kindLines(nodes, placed.ms), ...notPlacedLines(placed.notPlaced)],
    nodes: nodeLines,
  };
}

function kindLines(nodes: readonly FrameNode[], ms: ReadonlyMap<string, number>): readonly Line[] {
  return WORK_KINDS.flatMap((kind) => {
    const own = nodes.filter((node) => workKind(node) === kind);
    if (own.length === 0) return [];
    const names = new Set(own.map(({ name }) => name));
    const sum = [...names].reduce((total, name) => total + (ms.get(name) ?? 0), 0);
    return [{ name: `· ${kind}`, ms: sum, cost: sumCosts(own) }];
  });
}

function notPlacedLines(kernels: readonly KernelTime[]): readonly Line[] {
  if (kernels.length === 0) return [];
  const ops = [...groupBy(kernels, ({ op }) => op)].map(([op, { length }]) => `${length} ${op}`);
  return [{ name: `· not placed: ${ops.join(', ')}`, ms: sumMs(kernels) }];
}

function frameLine(lines: readonly PartLines[]): FrameLine {
  const sum = (of: (line: Line) => number) =>
    lines.reduce((total, { part }) => total + of(part), 0);
  return {
    name: 'frame',
    ms: sum(({ ms }) => ms),
    plainMs: sum(({ plainMs = NaN }) => plainMs),
    cost: sumCosts(lines.flatMap(({ part }) => part.cost ?? [])),
  };
}

function goalLine(frame: FrameLine, { parts, gflopPerSecond }: MeasuredFrame): string {
  const rateOf = (ms: number) => frame.cost.flop / 1e6 / ms;
  const rate = rateOf(frame.plainMs);
  const profiles = parts.flatMap((part) => part.profiles);
  const profiledMs = profiles.reduce((sum, { runMs }) => sum + runMs, 0);
  return (
    `The whole frame, not profiled: ${giga(frame.cost.flop)} GFLOP in ${frame.plainMs.toFixed(1)} ms, ` +
    `${rate.toFixed(1)} GFLOP/s, **${percent(rate / gflopPerSecond)}** of that product; the goal on a ` +
    'real GPU is 60 % at 1024 and 40 % at 512. ' +
    `Profiled, its kernels take ${frame.ms.toFixed(1)} ms, ${percent(rateOf(frame.ms) / gflopPerSecond)} of the ` +
    `product's rate, and its graphs ${profiledMs.toFixed(1)} ms.`
  );
}

interface Against {
  readonly frame: Line;
  readonly gflopPerSecond: number;
  readonly gigabytesPerSecond: number;
}

function lineCells({ name, ms, cost }: Line, against: Against): string[] {
  const times = [ms.toFixed(2), percent(ms / against.frame.ms)];
  if (cost === undefined) return [name, '', '', '', '', ...times, '', '', '', ''];
  // Part of another node's kernel, so that it has no time of its own.
  if (ms === 0) return [name, ...costCells(cost), 'none', '', '', '', '', ''];
  const rateCells = (amount: number, best: number) => {
    const rate = amount / 1e6 / ms;
    return [rate.toFixed(1), percent(rate / best)];
  };
  return [
    name,
    ...costCells(cost),
    ...times,
    ...rateCells(cost.flop, against.gflopPerSecond),
    ...rateCells(cost.bytes, against.gigabytesPerSecond),
  ];
}

function sumMs(kernels: readonly KernelTime[]): number {
  return kernels.reduce((sum, { ms }) => sum + ms, 0);
}
