import { useCallback, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { positionOfFrame } from '../../store/annotated-frames.ts';
import { shownSequence } from '../../store/ground-truth-slice.ts';
import { objectScores, scoreCurves } from '../../store/score-selectors.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ChartFrame } from './chart-frame.tsx';
import { CurveLegend } from './curve-legend.tsx';
import { CurvePlot } from './curve-plot.tsx';
import { curveRows, type CurveMetric, type CurveRows } from './curve-rows.ts';
import { curveLooks } from './curve-looks.ts';
import { formatScore } from '../../store/format.ts';
import type { Column } from './table-model.ts';
import './score-curves.css';

const METRICS = [
  { value: 'mean', label: 'J&F' },
  { value: 'region', label: 'J' },
  { value: 'boundary', label: 'F' },
] as const;
const NAMES: Record<CurveMetric, string> = { mean: 'J&F', region: 'J', boundary: 'F' };

interface Props {
  readonly size?: 'panel' | 'large';
}

/** Each object's score over the annotated frames of the sequence in view. */
export function ScoreCurves({ size = 'panel' }: Props) {
  const { playback } = useActions();
  const [metric, setMetric] = useState<CurveMetric>('mean');
  const [hovered, setHovered] = useState<number>();
  const sequence = useSelected((state) => shownSequence(state.groundTruth));
  const curves = useSelected((state) => scoreCurves(state.groundTruth));
  const objects = useSelected((state) => objectScores(state.groundTruth));
  const looks = useSelected(useShallow(curveLooks));
  const rows = useMemo(
    () => curveRows({ sequence, curves, objects }, metric),
    [sequence, curves, objects, metric],
  );
  const current = useSelected(({ playback }) => positionOfFrame(rows.frames, playback.frame));
  const columns = useMemo(() => columnsOf(rows), [rows]);
  const positions = useMemo(() => rows.frames.map((_, at) => at), [rows.frames]);
  const label = `${NAMES[metric]} over the annotated frames`;
  const onPick = useCallback(
    (at: number) => playback.seekTo(rows.frames[at] ?? 0),
    [playback, rows.frames],
  );
  return (
    <ChartFrame
      label={label}
      size={size}
      head={<Segmented label="Measure" value={metric} options={METRICS} onChoose={setMetric} />}
      columns={columns}
      rows={positions}
      rowKey={(at) => at}
      onPick={onPick}
      isCurrent={(at) => at === current}
    >
      <div className="curves">
        <CurvePlot label={label} rows={rows} looks={looks} onHover={setHovered} />
        <CurveLegend rows={rows} looks={looks} hovered={hovered} />
      </div>
    </ChartFrame>
  );
}

/** Rows are positions among the annotated frames. */
function columnsOf({ frames, stems, series }: CurveRows): readonly Column<number>[] {
  return [
    { key: 'frame', title: 'Frame', kind: 'number', value: (at) => frames[at] },
    ...series.map(({ truthId, name, values }): Column<number> => {
      const value = (at: number) => values[at] ?? undefined;
      const text = (at: number) => percentText(value(at));
      const key = String(truthId);
      return { key, title: name, hint: name, kind: 'number', widthRem: 7.5, value, text };
    }),
    // Last: in a narrow panel the scores must be in sight.
    { key: 'stem', title: 'Name', kind: 'text', widthRem: 14, value: (at) => stems[at] },
  ];
}

function percentText(percent: number | undefined): string {
  return formatScore(percent === undefined ? undefined : percent / 100);
}
