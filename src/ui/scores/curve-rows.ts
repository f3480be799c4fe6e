import type { TruthSequence } from '../../core/ground-truth.ts';
import type { FrameIndex } from '../../core/ids.ts';
import { nearestPosition } from '../../store/annotated-frames.ts';
import type { NamedObjectScore, ScoreCurve } from '../../store/score-selectors.ts';
import type { PlotPlace } from './plot-content.ts';

/** What of a score is shown: J&F, J or F. */
export type CurveMetric = 'mean' | 'region' | 'boundary';

/** One object over the annotated frames. */
export interface CurveSeries {
  readonly truthId: number;
  readonly name: string;
  /** In percent, one for each annotated frame; null where it is not scored. */
  readonly values: readonly (number | null)[];
  /** As the report has it, a fraction; absent where nothing is scored. */
  readonly mean: number | undefined;
}

/** The curves of a sequence over all frames that it annotates; the arrays are of one length. */
export interface CurveRows {
  readonly frames: readonly FrameIndex[];
  readonly stems: readonly string[];
  readonly series: readonly CurveSeries[];
}

interface CurveSource {
  readonly sequence: TruthSequence | undefined;
  readonly curves: readonly ScoreCurve[];
  readonly objects: readonly NamedObjectScore[];
}

/** Lays curves, each over its own scored frames, onto all annotated frames. */
export function curveRows(source: CurveSource, metric: CurveMetric): CurveRows {
  const frames = source.sequence?.frames ?? [];
  return {
    frames: frames.map(({ frame }) => frame),
    stems: frames.map(({ stem }) => stem),
    series: source.curves.map((curve) => {
      const values = new Map(curve.frames.map((frame, at) => [frame, valueAt(curve, metric, at)]));
      const own = source.objects.find(({ truthId }) => truthId === curve.truthId);
      return {
        truthId: curve.truthId,
        name: curve.name,
        values: frames.map(({ frame }) => values.get(frame) ?? null),
        mean: own === undefined ? undefined : meanOf(own, metric),
      };
    }),
  };
}

/** CSS pixels within which a press means the annotated frame and not the one beneath it. */
const REACH_PX = 6;

/** The frame that a place on the plot means, within the clip. @param frames annotated, ascending */
export function frameOfPlace({ x, xPerPixel }: PlotPlace, frames: readonly FrameIndex[]): number {
  const nearest = frames[nearestPosition(frames, x)];
  if (nearest === undefined) return Math.round(x);
  return Math.abs(nearest - x) <= REACH_PX * xPerPixel ? nearest : Math.round(x);
}

function valueAt(curve: ScoreCurve, metric: CurveMetric, at: number): number {
  const region = (curve.region[at] ?? 0) * 100;
  const boundary = (curve.boundary[at] ?? 0) * 100;
  if (metric === 'mean') return (region + boundary) / 2;
  return metric === 'region' ? region : boundary;
}

function meanOf({ score }: NamedObjectScore, metric: CurveMetric): number {
  if (metric === 'mean') return (score.region.mean + score.boundary.mean) / 2;
  return metric === 'region' ? score.region.mean : score.boundary.mean;
}
