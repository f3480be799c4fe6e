import { canFill } from '../../store/filmstrip-actions.ts';
import type { Studio } from '../../store/studio-store.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { FilmstripCache } from './filmstrip-cache.ts';
import { filmstripSlots, type FilmstripSlot } from './filmstrip-slots.ts';
import { sizedCanvas } from './sized-canvas.ts';
import type { TimelineScale } from './timeline-geometry.ts';

interface FilmstripParts {
  /** Holds the canvas and decides its size; has none while the strip is hidden. */
  readonly strip: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** What the timeline shows now. */
  readonly scale: () => TimelineScale;
}

/** How long the timeline rests before pictures are asked for. */
const REST_MS = 180;
/** About 10 MB of pictures on a sharp screen. */
const MOST_PICTURES = 240;
/** Of a picture that stands in for that of a frame nearby. */
const STAND_IN_ALPHA = 0.55;

/** Draws small pictures of the clip under the ruler, and asks for those that are missing. */
export class FilmstripView implements Disposable {
  readonly #studio: Studio;
  readonly #parts: FilmstripParts;
  readonly #cache = new FilmstripCache(MOST_PICTURES);
  /** Frames that cannot be decoded; asking again would give nothing again. */
  readonly #blank = new Set<number>();
  readonly #observer: ResizeObserver;
  readonly #unsubscribe: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isScheduled = false;
  #isDisposed = false;
  #isFilling = false;
  #pictureHeightPx = 0;

  constructor(studio: Studio, parts: FilmstripParts) {
    this.#studio = studio;
    this.#parts = parts;
    this.#observer = new ResizeObserver(() => this.#refresh());
    this.#observer.observe(parts.strip);
    this.#unsubscribe = studio.store.subscribe(this.#onChange);
    this.#refresh();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#observer.disconnect();
    this.#unsubscribe();
    this.#cache[Symbol.dispose]();
    if (this.#isFilling) void this.#studio.actions.filmstrip.stop();
  }

  readonly #onChange = (state: StudioState, before: StudioState): void => {
    if (state.video.generation !== before.video.generation) this.#forget();
    if (state.video !== before.video || state.view.timelineWindow !== before.view.timelineWindow) {
      this.#refresh();
    }
    if (canFill(state) === canFill(before)) return;
    if (canFill(state)) this.#refresh();
    else if (this.#isFilling) void this.#studio.actions.filmstrip.stop();
  };

  #forget(): void {
    this.#cache.clear();
    this.#blank.clear();
  }

  #refresh(): void {
    this.#schedule();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fill(), REST_MS);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      if (!this.#isDisposed) this.#paint();
    });
  }

  async #fill(): Promise<void> {
    const { store, actions } = this.#studio;
    const heightPx = Math.round(this.#parts.strip.clientHeight * window.devicePixelRatio);
    if (heightPx === 0 || !canFill(store.getState())) return;
    if (heightPx !== this.#pictureHeightPx) this.#cache.clear();
    this.#pictureHeightPx = heightPx;
    const missing = this.#slots()
      .map(({ frame }) => frame)
      .filter((frame) => !this.#cache.has(frame) && !this.#blank.has(frame));
    if (missing.length === 0) return;
    const { generation } = store.getState().video;
    const isCurrent = () => !this.#isDisposed && store.getState().video.generation === generation;
    this.#isFilling = true;
    const isWhole = await actions.filmstrip.fill(missing, heightPx, (frame, picture) => {
      if (!isCurrent()) return picture.close();
      this.#cache.put(frame, picture);
      this.#schedule();
    });
    if (!isWhole || !isCurrent()) return;
    this.#isFilling = false;
    for (const frame of missing) if (!this.#cache.has(frame)) this.#blank.add(frame);
  }

  #slots(): readonly FilmstripSlot[] {
    const { info } = this.#studio.store.getState().video;
    if (info === undefined) return [];
    const pictureWidth = (this.#parts.strip.clientHeight * info.width) / info.height;
    const { frameCount } = info;
    return filmstripSlots(this.#parts.scale(), { frameCount, pictureWidth });
  }

  #paint(): void {
    const { strip, canvas } = this.#parts;
    const { clientWidth: width, clientHeight: height } = strip;
    if (height === 0) return;
    const context = sizedCanvas(canvas, width, height);
    if (context === null) return;
    for (const slot of this.#slots()) this.#paintSlot(context, slot, height);
    context.globalAlpha = 1;
  }

  #paintSlot(context: CanvasRenderingContext2D, slot: FilmstripSlot, height: number): void {
    const own = this.#cache.get(slot.frame);
    const picture = own ?? this.#cache.nearest(slot.frame, slot.frames);
    if (picture === undefined) return;
    const width = Math.min((height * picture.width) / picture.height, slot.width);
    // What does not fit into the last slot, which may be narrow, is cut off at the right.
    const shown = (width * picture.height) / height;
    const x = slot.x + (slot.width - width) / 2;
    context.globalAlpha = own === undefined ? STAND_IN_ALPHA : 1;
    context.drawImage(picture, 0, 0, shown, picture.height, x, 0, width, height);
  }
}
