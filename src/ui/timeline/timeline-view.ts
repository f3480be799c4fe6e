import { framesWithEdit } from '../../store/memory-slice.ts';
import { promptedFrames } from '../../store/prompts-slice.ts';
import type { Studio } from '../../store/studio-store.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { watchTheme } from '../theme/watch-theme.ts';
import { paintLanes } from './lane-painter.ts';
import { readPaintColors, type PaintColors } from './paint-colors.ts';
import { paintRuler } from './ruler-painter.ts';
import { describePlayhead } from './time-text.ts';
import { sizedCanvas } from './sized-canvas.ts';
import { xOfFrame, type TimelineScale } from './timeline-geometry.ts';
import { hasSameMarks, laneMarks, rulerMarks } from './truth-marks.ts';

/** The elements that it draws on. */
export interface TimelineElements {
  /** Scrolls the lanes; holds all the others. */
  readonly scroller: HTMLElement;
  readonly ruler: HTMLElement;
  /** Between ruler and lanes; may be hidden. */
  readonly strip: HTMLElement;
  readonly rulerCanvas: HTMLCanvasElement;
  readonly lanesCanvas: HTMLCanvasElement;
  readonly playhead: HTMLElement;
}

/**
 * Draws the timeline outside React: the playhead at every frame of playback, the canvases once for
 * each animation frame in which something on them changed.
 */
export class TimelineView implements Disposable {
  readonly #studio: Studio;
  readonly #elements: TimelineElements;
  readonly #abort = new AbortController();
  readonly #observer: ResizeObserver;
  readonly #unsubscribe: () => void;
  readonly #stopWatchingTheme: () => void;
  #colors: PaintColors;
  /** Of the ruler, CSS pixels; kept, since asking for it at every frame lays the page out anew. */
  #width: number;
  #isScheduled = false;

  constructor(studio: Studio, elements: TimelineElements) {
    this.#studio = studio;
    this.#elements = elements;
    this.#colors = readPaintColors(elements.lanesCanvas);
    this.#width = elements.ruler.clientWidth;
    this.#observer = new ResizeObserver(() => {
      this.#width = elements.ruler.clientWidth;
      this.#schedule();
    });
    this.#observer.observe(elements.scroller);
    this.#observer.observe(elements.strip);
    this.#unsubscribe = studio.store.subscribe(this.#onChange);
    this.#stopWatchingTheme = watchTheme(studio, this.#onTheme);
    const { signal } = this.#abort;
    elements.scroller.addEventListener('scroll', () => this.#schedule(), { signal });
    void document.fonts.ready.then(() => this.#schedule());
    this.#schedule();
  }

  /** What the canvases show, for translating places into frames. */
  get scale(): TimelineScale {
    const { view, video } = this.#studio.store.getState();
    const all = { first: 0, count: Math.max(video.info?.frameCount ?? 1, 1) };
    return { ...(view.timelineWindow ?? all), width: this.#width };
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
    this.#observer.disconnect();
    this.#unsubscribe();
    this.#stopWatchingTheme();
  }

  readonly #onTheme = (): void => {
    this.#colors = readPaintColors(this.#elements.lanesCanvas);
    this.#schedule();
  };

  readonly #onChange = (state: StudioState, before: StudioState): void => {
    if (state.playback.frame !== before.playback.frame) {
      this.#keepInSight(state);
      this.#placePlayhead();
    }
    if (
      state.tracklets !== before.tracklets ||
      state.prompts !== before.prompts ||
      state.memory !== before.memory ||
      state.video !== before.video ||
      !hasSameMarks(state.groundTruth, before.groundTruth) ||
      state.view.timelineWindow !== before.view.timelineWindow
    ) {
      this.#schedule();
    }
  };

  /** Turns the page when the playhead leaves the frames in sight. */
  #keepInSight(state: StudioState): void {
    const window = state.view.timelineWindow;
    if (window === undefined) return;
    const { frame } = state.playback;
    if (frame >= window.first && frame < window.first + window.count) return;
    this.#studio.actions.view.panTimeline(frame - window.count * 0.1 - window.first);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      if (!this.#abort.signal.aborted) this.#paint();
    });
  }

  #paint(): void {
    const { scroller, ruler, strip, rulerCanvas, lanesCanvas } = this.#elements;
    const state = this.#studio.store.getState();
    const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const frameCount = state.video.info?.frameCount ?? 0;
    const { scale } = this;
    const rulerHeight = ruler.clientHeight;
    const lanesHeight = Math.max(scroller.clientHeight - rulerHeight - strip.offsetHeight, 0);
    const colors = this.#colors;
    const rulerContext = sizedCanvas(rulerCanvas, scale.width, rulerHeight);
    if (rulerContext !== null) {
      paintRuler(rulerContext, {
        scale,
        height: rulerHeight,
        fontSize: remPx * 0.72,
        frameCount,
        annotatedFrames: rulerMarks(state.groundTruth),
        colors,
      });
    }
    const lanesContext = sizedCanvas(lanesCanvas, scale.width, lanesHeight);
    if (lanesContext !== null) {
      paintLanes(lanesContext, {
        lanes: lanesOf(state),
        scale,
        height: lanesHeight,
        laneHeight: Number.parseFloat(getComputedStyle(scroller).getPropertyValue('--lane')),
        scrollTop: scroller.scrollTop,
        frameCount,
        colors,
      });
    }
    this.#placePlayhead();
  }

  #placePlayhead(): void {
    const { playhead, ruler } = this.#elements;
    const state = this.#studio.store.getState();
    const { scale } = this;
    const x = xOfFrame(state.playback.frame, scale);
    playhead.style.translate = `${x}px 0`;
    playhead.hidden = state.video.info === undefined || x < 0 || x > scale.width;
    ruler.setAttribute('aria-valuenow', String(state.playback.frame));
    ruler.setAttribute('aria-valuetext', describePlayhead(state));
  }
}

function lanesOf(state: StudioState) {
  return state.tracklets.items.map((tracklet) => ({
    color: tracklet.color,
    isSelected: tracklet.id === state.tracklets.selectedId,
    isVisible: tracklet.isVisible,
    summaries: tracklet.summaries,
    promptFrames: promptedFrames(state.prompts, tracklet.id),
    truth: laneMarks(state.groundTruth, tracklet.id),
    memory: {
      pinnedFrames: framesWithEdit(state.memory, tracklet.id, 'pinned'),
      droppedFrames: framesWithEdit(state.memory, tracklet.id, 'dropped'),
    },
  }));
}
