/** Colours and font of a plot's canvas, as the theme has them now. */
export interface PlotColors {
  readonly text: string;
  readonly line: string;
  readonly accent: string;
  readonly surface: string;
  readonly font: string;
  /** CSS pixels. */
  readonly fontSizePx: number;
}

/**
 * Reads the colours off an element. They are registered custom properties, so that the browser
 * gives colours and not the expressions that they are made of.
 */
export function readPlotColors(element: Element): PlotColors {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name);
  return {
    text: read('--plot-text'),
    line: read('--plot-line'),
    accent: read('--plot-accent'),
    surface: read('--plot-surface'),
    font: style.fontFamily,
    fontSizePx: Number.parseFloat(style.fontSize),
  };
}
