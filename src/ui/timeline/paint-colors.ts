/** Colours of the timeline's canvases, as the theme has them now. */
export interface PaintColors {
  readonly line: string;
  readonly text: string;
  readonly mark: string;
  readonly markEdge: string;
  readonly selected: string;
  readonly truth: string;
  readonly poor: string;
  readonly confidence: string;
  readonly uncertain: string;
  readonly font: string;
}

/**
 * Reads the colours off an element. They are registered custom properties, so that the browser
 * gives colours and not the expressions that they are made of.
 */
export function readPaintColors(element: Element): PaintColors {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name);
  return {
    line: read('--paint-line'),
    text: read('--paint-text'),
    mark: read('--paint-mark'),
    markEdge: read('--paint-mark-edge'),
    selected: read('--paint-selected'),
    truth: read('--paint-truth'),
    poor: read('--paint-poor'),
    confidence: read('--paint-confidence'),
    uncertain: read('--paint-uncertain'),
    font: style.fontFamily,
  };
}
