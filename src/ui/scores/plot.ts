import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { invariant } from '../../core/assert.ts';
import { readPlotColors, type PlotColors } from './plot-colors.ts';
import type { PlotContent, PlotListener, PlotLook } from './plot-content.ts';
import { plotOptions, seriesOptions } from './plot-options.ts';

/**
 * A chart in an element, which gives it its size. Made once: what it shows changes in place, and
 * the marker without drawing anything anew.
 */
export class Plot implements Disposable {
  readonly #element: HTMLElement;
  readonly #look: PlotLook;
  readonly #plot: uPlot;
  readonly #marker = document.createElement('div');
  readonly #observer: ResizeObserver;
  readonly #abort = new AbortController();
  #content: PlotContent = EMPTY;
  #colors: PlotColors;
  #listener: PlotListener = {};
  #markedX: number | undefined;

  constructor(element: HTMLElement, look: PlotLook) {
    this.#element = element;
    this.#look = look;
    this.#colors = readPlotColors(element);
    const source = { content: () => this.#content, colors: () => this.#colors };
    this.#plot = new uPlot(
      {
        ...plotOptions(source),
        width: element.clientWidth,
        height: element.clientHeight,
        hooks: {
          draw: [() => this.#placeMarker()],
          setCursor: [(plot) => this.#listener.onHover?.(plot.cursor.idx ?? undefined)],
        },
      },
      [[]],
      element,
    );
    this.#marker.className = 'plot-marker';
    this.#plot.over.append(this.#marker);
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(element);
    this.#listenToPointer();
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
    this.#observer.disconnect();
    this.#plot.destroy();
  }

  listen(listener: PlotListener): void {
    this.#listener = listener;
    this.#plot.over.classList.toggle('plot-seeks', listener.onSeek !== undefined);
  }

  show(content: PlotContent): void {
    const plot = this.#plot;
    this.#content = content;
    plot.batch(() => {
      while (plot.series.length - 1 > content.series.length) {
        plot.delSeries(plot.series.length - 1);
      }
      while (plot.series.length - 1 < content.series.length) {
        plot.addSeries(seriesOptions(this.#look, this.#colorOf));
      }
      content.series.forEach(({ isStrong = false }, at) => {
        const series = plot.series[at + 1];
        invariant(series !== undefined, 'the plot has a series for each of its content');
        series.width = isStrong ? 2.5 : 1.5;
      });
      plot.setData([[...content.x], ...content.series.map(({ values }) => [...values])]);
    });
  }

  /** Puts the marker's line at a place on the x axis; absent: takes it away. */
  mark(x: number | undefined): void {
    this.#markedX = x;
    this.#placeMarker();
  }

  /** Takes the colours of the theme anew. */
  recolor(): void {
    this.#colors = readPlotColors(this.#element);
    this.#plot.redraw(true, true);
  }

  readonly #colorOf = (at: number): string =>
    this.#content.series[at]?.color ?? this.#colors.accent;

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  #placeMarker(): void {
    const x = this.#markedX;
    const [from, to] = this.#content.xRange;
    this.#marker.hidden = x === undefined || x < from || x > to;
    if (x === undefined || this.#marker.hidden) return;
    this.#marker.style.translate = `${this.#plot.valToPos(x, 'x')}px 0`;
  }

  #listenToPointer(): void {
    const { over } = this.#plot;
    const { signal } = this.#abort;
    const seek = (event: PointerEvent) => {
      const x = event.clientX - over.getBoundingClientRect().left;
      const [from, to] = this.#content.xRange;
      const xPerPixel = (to - from) / Math.max(over.clientWidth, 1);
      this.#listener.onSeek?.({ x: from + x * xPerPixel, xPerPixel });
    };
    over.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0 || this.#listener.onSeek === undefined) return;
        over.setPointerCapture(event.pointerId);
        seek(event);
      },
      { signal },
    );
    over.addEventListener(
      'pointermove',
      (event) => over.hasPointerCapture(event.pointerId) && seek(event),
      { signal },
    );
  }
}

const EMPTY: PlotContent = { x: [], series: [], xRange: [0, 1], yRange: [0, 100] };
