import { certaintyOf } from './confidence.ts';

/** What a mask and those before it say of it. Absent fields are not known. */
export interface MaskFacts {
  readonly isAbsent: boolean;
  /** Object pixels at the video's size. */
  readonly areaPx: number;
  /** 0..1 */
  readonly predictedIou?: number | undefined;
  /** Logit. */
  readonly objectScoreLogit?: number | undefined;
  /** Median area of the masks just before, in the same pixels. */
  readonly usualAreaPx?: number | undefined;
  /** How far the centre went from one frame to the next, in widths of a square of the same area. */
  readonly moved?: number | undefined;
}

/** One thing that speaks against a mask. */
export interface RiskSignal {
  /** 0..1 */
  readonly risk: number;
  /** In words, such as `area doubled`. */
  readonly reason: string;
}

/** A few pixels more or less are no change of a small object. */
const AREA_NOISE_PX = 64;

/** Values at which a signal begins to count, and at which it counts fully. */
const SCALES = {
  predictedIou: [0.8, 0.2],
  presence: [0.95, 0],
  /** Doublings of the area, or halvings. */
  areaChange: [0.35, 1.65],
  moved: [0.35, 1.5],
} as const;

/** What speaks against the mask, strongest first. */
export function riskSignals(facts: MaskFacts): readonly RiskSignal[] {
  const signals = [shapeSignal(facts), presenceSignal(facts)];
  if (!facts.isAbsent) signals.push(areaSignal(facts), motionSignal(facts));
  return signals
    .filter((signal) => signal !== undefined)
    .filter(({ risk }) => risk > 0)
    .sort((a, b) => b.risk - a.risk);
}

/** All signals as one, 0..1: none of them makes it less, and it is at least the strongest. */
export function combinedRisk(signals: readonly RiskSignal[]): number {
  return 1 - signals.reduce((rest, { risk }) => rest * (1 - risk), 1);
}

type Signal = RiskSignal | undefined;

function shapeSignal({ predictedIou, isAbsent }: MaskFacts): Signal {
  if (predictedIou === undefined || isAbsent) return undefined;
  const risk = share(predictedIou, SCALES.predictedIou);
  return { risk, reason: `predicted IoU ${predictedIou.toFixed(2)}` };
}

function presenceSignal({ objectScoreLogit }: MaskFacts): Signal {
  if (objectScoreLogit === undefined) return undefined;
  const risk = share(certaintyOf(objectScoreLogit), SCALES.presence);
  return { risk, reason: `object score ${signed(objectScoreLogit)}` };
}

function areaSignal({ areaPx, usualAreaPx }: MaskFacts): Signal {
  if (usualAreaPx === undefined) return undefined;
  const doublings = Math.log2((areaPx + AREA_NOISE_PX) / (usualAreaPx + AREA_NOISE_PX));
  const risk = share(Math.abs(doublings), SCALES.areaChange);
  return { risk, reason: areaText(areaPx / Math.max(usualAreaPx, 1)) };
}

function motionSignal({ moved }: MaskFacts): Signal {
  if (moved === undefined) return undefined;
  const risk = share(moved, SCALES.moved);
  return { risk, reason: `jumped ${moved.toFixed(1)} × its size` };
}

function areaText(ratio: number): string {
  if (ratio === 0) return 'area vanished';
  if (ratio > 1.8 && ratio < 2.2) return 'area doubled';
  if (ratio > 0.45 && ratio < 0.55) return 'area halved';
  if (ratio >= 10) return `area × ${ratio.toFixed(0)}`;
  return ratio > 1 ? `area × ${ratio.toFixed(1)}` : `area fell to ${(100 * ratio).toFixed(0)} %`;
}

function signed(value: number): string {
  return value.toFixed(1).replace('-', '−');
}

/** 0 at `none` and before, 1 at `all` and beyond. */
function share(value: number, [none, all]: readonly [none: number, all: number]): number {
  return Math.min(Math.max((value - none) / (all - none), 0), 1);
}
