import uPlot from 'uplot';
import { formatCount } from '../../store/format.ts';
import type { PlotColors } from './plot-colors.ts';
import type { PlotContent, PlotLook } from './plot-content.ts';

interface PlotSource {
  readonly content: () => PlotContent;
  readonly colors: () => PlotColors;
}

/** Below the x axis and left of the y axis, in font sizes. */
const X_AXIS_SIZE = 2;
const Y_AXIS_SIZE = 2.75;
/** Between two labels of an axis, in font sizes. */
const X_LABEL_SPACE = 4.5;
const Y_LABEL_SPACE = 2.2;
/** Whole numbers only: the axes count frames, clicks, objects and percents. */
const STEPS = [1, 2, 5].flatMap((factor) =>
  [1, 10, 100, 1000, 10_000, 100_000].map((power) => factor * power),
);

/** All but the size, which the page gives. The ranges and colours are asked for at each drawing. */
export function plotOptions(source: PlotSource): Omit<uPlot.Options, 'width' | 'height'> {
  const { font, fontSizePx } = source.colors();
  const axis: uPlot.Axis = {
    font: `${fontSizePx}px ${font}`,
    stroke: () => source.colors().text,
    gap: fontSizePx * 0.4,
    // Not in the browser's language: all else is in English.
    values: (_plot, splits) => splits.map(formatCount),
    incrs: STEPS.toSorted((a, b) => a - b),
    ticks: { show: false },
    grid: { stroke: () => source.colors().line, width: 1 },
  };
  return {
    padding: [fontSizePx * 0.6, fontSizePx * 1.2, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [...source.content().xRange] },
      y: { range: () => [...source.content().yRange] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: fontSizePx * X_AXIS_SIZE,
        space: fontSizePx * X_LABEL_SPACE,
      },
      { ...axis, size: fontSizePx * Y_AXIS_SIZE, space: fontSizePx * Y_LABEL_SPACE },
    ],
    series: [{}],
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 11, width: 2, stroke: () => source.colors().surface },
    },
  };
}

/** @param colorOf by position among the series, from 0 */
export function seriesOptions(look: PlotLook, colorOf: (at: number) => string): uPlot.Series {
  // uPlot counts the x axis as the first series.
  const color = (_plot: uPlot, index: number) => colorOf(index - 1);
  const paths = pathsOf(look);
  return {
    stroke: color,
    points: { size: 5, fill: color, width: 0 },
    ...(paths === undefined ? {} : { paths }),
    ...(look === 'bars' ? { fill: color, points: { show: false } } : {}),
  };
}

function pathsOf(look: PlotLook): uPlot.Series.PathBuilder | undefined {
  switch (look) {
    case 'bars':
      return uPlot.paths.bars?.({ size: [0.86, Infinity] });
    case 'steps':
      return uPlot.paths.stepped?.({ align: 1 });
    case 'lines':
      return undefined;
  }
}
