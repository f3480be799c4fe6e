/** One line, or one row of bars. */
export interface PlotSeries {
  /** `#rrggbb`; absent: the page's accent. */
  readonly color?: string;
  /** Drawn wider, before the others. */
  readonly isStrong?: boolean;
  /** One for each `x`; null is a gap. */
  readonly values: readonly (number | null)[];
}

/** What a plot shows. All series share `x`. */
export interface PlotContent {
  /** Ascending. */
  readonly x: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

/** Points joined by lines, a value that holds until the next, or bars about each `x`. */
export type PlotLook = 'lines' | 'steps' | 'bars';

/** A place on a plot that was pressed or dragged to. */
export interface PlotPlace {
  /** On the x axis. */
  readonly x: number;
  /** How much of the x axis a CSS pixel is. */
  readonly xPerPixel: number;
}

/** What a plot tells. */
export interface PlotListener {
  /** Absent: the plot does not take the pointer. */
  readonly onSeek?: (place: PlotPlace) => void;
  /** Position in `x` nearest to the pointer; absent when it has left. */
  readonly onHover?: (at: number | undefined) => void;
}
