import { AGREES_FROM } from './agreement.ts';
import { certaintyOf } from './confidence.ts';
import { unexplainedSides, type Motion } from './track-motion.ts';

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
  /** From where the object was seen last. */
  readonly motion?: Motion | undefined;
  /** IoU with what tracking in the other direction gave, 0..1. */
  readonly oppositeIou?: number | undefined;
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
  /**
   * Sides of its own beyond what its speed explains. An object that is half covered, or uncovered,
   * shifts its centroid by a quarter of a side; at one side nothing of it is where it was.
   */
  jump: [0.5, 1.5],
  /** Outlines differ by a little between two runs; at 0.35 half of what either shows is another thing. */
  oppositeIou: [AGREES_FROM, 0.35],
} as const;

/**
 * What speaks against the mask as one figure, 0..1: nothing makes it less, and it is at least as
 * high as the strongest sign. Asked for every mask, so it makes no words.
 */
export function riskOf(facts: MaskFacts): number {
  let rest = 1;
  for (const sign of SIGNS) rest *= 1 - sign.risk(facts);
  return 1 - rest;
}

/** What speaks against the mask, the strongest first. */
export function riskSignals(facts: MaskFacts): readonly RiskSignal[] {
  return SIGNS.map((sign) => ({ risk: sign.risk(facts), reason: sign.reason(facts) }))
    .filter(({ risk }) => risk > 0)
    .sort((a, b) => b.risk - a.risk);
}

interface Sign {
  /** 0 where what it needs is not known. */
  readonly risk: (facts: MaskFacts) => number;
  /** Means nothing where the risk is 0. */
  readonly reason: (facts: MaskFacts) => string;
}

const SIGNS: readonly Sign[] = [
  {
    risk: ({ predictedIou, isAbsent }) =>
      predictedIou === undefined || isAbsent ? 0 : share(predictedIou, SCALES.predictedIou),
    reason: ({ predictedIou = 0 }) => `predicted IoU ${predictedIou.toFixed(2)}`,
  },
  {
    risk: ({ objectScoreLogit }) =>
      objectScoreLogit === undefined ? 0 : share(certaintyOf(objectScoreLogit), SCALES.presence),
    reason: ({ objectScoreLogit = 0 }) => `object score ${signed(objectScoreLogit)}`,
  },
  {
    risk: ({ areaPx, usualAreaPx, isAbsent }) =>
      usualAreaPx === undefined || isAbsent
        ? 0
        : share(Math.abs(doublings(areaPx, usualAreaPx)), SCALES.areaChange),
    reason: ({ areaPx, usualAreaPx = 0 }) => areaText(areaPx / Math.max(usualAreaPx, 1)),
  },
  { risk: jumpRisk, reason: ({ motion }) => (motion === undefined ? '' : jumpText(motion)) },
  {
    risk: ({ areaPx, oppositeIou }) =>
      oppositeIou === undefined
        ? 0
        : share(withoutOutline(areaPx, oppositeIou), SCALES.oppositeIou),
    reason: ({ oppositeIou = 0 }) => `tracked back it differs, IoU ${oppositeIou.toFixed(2)}`,
  },
];

/** How much speaks for the object having jumped into the frame, 0..1. */
export function jumpRisk({ isAbsent, motion }: Pick<MaskFacts, 'isAbsent' | 'motion'>): number {
  return motion === undefined || isAbsent ? 0 : share(unexplainedSides(motion), SCALES.jump);
}

function jumpText({ movedPx, frames, usualPx }: Motion): string {
  const far = `${movedPx.toFixed(0)} px`;
  if (frames > 1) return `came back ${far} away`;
  return usualPx < 1 ? `jumped ${far}, was still` : `jumped ${far}, usually ${usualPx.toFixed(0)}`;
}

/**
 * The IoU as if a few pixels were not different: of a small object they are no more than its outline.
 * Both masks are taken as equally large; where this one is empty there is no outline.
 */
function withoutOutline(areaPx: number, iou: number): number {
  const unionPx = (2 * areaPx) / (1 + iou);
  if (unionPx === 0) return iou;
  return 1 - Math.max((1 - iou) * unionPx - AREA_NOISE_PX, 0) / unionPx;
}

function doublings(areaPx: number, usualAreaPx: number): number {
  return Math.log2((areaPx + AREA_NOISE_PX) / (usualAreaPx + AREA_NOISE_PX));
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
