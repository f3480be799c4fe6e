import type { Size, ViewPoint } from '../core/geometry.ts';
import type { ExportChoice } from './export-choice.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';
import {
  BRUSH_SIZES_PX,
  centreOf,
  MOST_RECENT_COMMANDS,
  PANEL_TABS,
  pannedBy,
  viewportOf,
  windowWithin,
  zoomedBy,
  type ObjectEdit,
  type OpenDialog,
  type PanelTab,
  type PointLabel,
  type ThemeChoice,
  type ToolName,
  type ViewSlice,
} from './view-slice.ts';

/** Fewest frames that the timeline zooms in to. */
const MIN_WINDOW_FRAMES = 20;

/** What is on the screen and how, without touching the work itself. */
export class ViewActions {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Hands the stage's canvas to the decode worker, which draws on it from then on. */
  async attachStage(canvas: HTMLCanvasElement): Promise<void> {
    try {
      await this.#context.services.media.attachStage(canvas.transferControlToOffscreen());
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** @param size CSS pixels */
  resizeStage(size: Size, devicePixelRatio: number): void {
    this.#set({ stageSize: size, devicePixelRatio });
  }

  /** @param anchor the point of the stage that stays where it is */
  zoomAt(anchor: ViewPoint, factor: number): void {
    const { info } = this.#context.store.getState().video;
    if (info === undefined) return;
    const viewport = zoomedBy(viewportOf(this.#view, info), anchor, factor);
    this.#set({ zoom: { kind: 'free', viewport } });
  }

  zoomAtCentre(factor: number): void {
    this.zoomAt(centreOf(this.#view.stageSize), factor);
  }

  zoomToFit(): void {
    this.#set({ zoom: { kind: 'fit' } });
  }

  /** One device pixel for each video pixel. */
  zoomToActualSize(): void {
    const { info } = this.#context.store.getState().video;
    if (info === undefined) return;
    const { scale } = viewportOf(this.#view, info);
    this.zoomAtCentre(1 / (scale * this.#view.devicePixelRatio));
  }

  /** CSS pixels. */
  panBy(dx: number, dy: number): void {
    const { info } = this.#context.store.getState().video;
    if (info === undefined) return;
    const sizes = { stage: this.#view.stageSize, video: info };
    const viewport = pannedBy(viewportOf(this.#view, info), { dx, dy }, sizes);
    this.#set({ zoom: { kind: 'free', viewport } });
  }

  chooseTool(tool: ToolName): void {
    this.#set({ tool });
  }

  choosePointLabel(pointLabel: PointLabel): void {
    this.#set({ tool: 'point', pointLabel });
  }

  togglePointLabel(): void {
    this.choosePointLabel(this.#view.pointLabel === 'positive' ? 'negative' : 'positive');
  }

  holdPanKey(isPanKeyHeld: boolean): void {
    this.#set({ isPanKeyHeld });
  }

  /** Gives the arrow keys to the stage, or takes them back. */
  aim(isAiming: boolean): void {
    this.#set({ isAiming });
  }

  /** @param diameter video pixels; the nearest that a brush may have is taken */
  setBrushSize(diameter: number): void {
    const { smallest, largest } = BRUSH_SIZES_PX;
    const brushSizePx = Math.min(Math.max(Math.round(diameter), smallest), largest);
    this.#set({ brushSizePx });
  }

  /** By a factor, and by a pixel at least. */
  scaleBrush(factor: number): void {
    const { brushSizePx } = this.#view;
    const scaled = brushSizePx * factor;
    this.setBrushSize(factor > 1 ? Math.ceil(scaled) : Math.floor(scaled));
  }

  toggleMasks(): void {
    this.#set({ areMasksShown: !this.#view.areMasksShown });
  }

  /** @param fillOpacity 0..1 */
  setFillOpacity(fillOpacity: number): void {
    this.#set({ fillOpacity });
  }

  /** @param outlineWidth CSS pixels */
  setOutlineWidth(outlineWidth: number): void {
    this.#set({ outlineWidth });
  }

  chooseTheme(theme: ThemeChoice): void {
    this.#set({ theme });
  }

  openDialog(dialog: OpenDialog): void {
    this.#set({ dialog });
  }

  closeDialog(): void {
    this.#set({ dialog: undefined });
  }

  /** Remembers a command that was chosen in the palette. */
  noteCommand(id: string): void {
    const others = this.#view.recentCommands.filter((other) => other !== id);
    this.#set({ recentCommands: [id, ...others].slice(0, MOST_RECENT_COMMANDS) });
  }

  /** Remembered as what was exported last. */
  chooseExport(exportChoice: ExportChoice): void {
    this.#set({ exportChoice });
  }

  /** Opens the name or the colours of an object in the list, which is brought into sight. */
  editObject(objectEdit: ObjectEdit): void {
    this.#set({ objectEdit, panelTab: 'objects' });
  }

  endObjectEdit(): void {
    this.#set({ objectEdit: undefined });
  }

  choosePanelTab(panelTab: PanelTab): void {
    this.#set({ panelTab });
  }

  /** Goes round: after the last tab comes the first. */
  showNextPanelTab(): void {
    const at = PANEL_TABS.indexOf(this.#view.panelTab);
    this.choosePanelTab(PANEL_TABS[(at + 1) % PANEL_TABS.length] ?? 'objects');
  }

  /**
   * Zooms the timeline about a frame that keeps its place.
   * @param factor above 1 shows fewer frames
   */
  zoomTimeline(anchorFrame: number, factor: number): void {
    const total = this.#frameCount;
    const now = this.#view.timelineWindow ?? { first: 0, count: total };
    const count = Math.max(now.count / factor, Math.min(MIN_WINDOW_FRAMES, total));
    const first = anchorFrame - ((anchorFrame - now.first) * count) / now.count;
    this.#set({ timelineWindow: windowWithin({ first, count }, total) });
  }

  panTimeline(frames: number): void {
    const now = this.#view.timelineWindow;
    if (now === undefined) return;
    const moved = { ...now, first: now.first + frames };
    this.#set({ timelineWindow: windowWithin(moved, this.#frameCount) });
  }

  fitTimeline(): void {
    this.#set({ timelineWindow: undefined });
  }

  /** @param timelineHeightPx CSS pixels; absent: as the stylesheet has it */
  resizeTimeline(timelineHeightPx: number | undefined): void {
    this.#set({ timelineHeightPx });
  }

  showFilmstrip(isFilmstripShown: boolean): void {
    this.#set({ isFilmstripShown });
  }

  #set(fields: Partial<ViewSlice>): void {
    patch(this.#context, 'view', fields);
  }

  get #view(): ViewSlice {
    return this.#context.store.getState().view;
  }

  get #frameCount(): number {
    return this.#context.store.getState().video.info?.frameCount ?? 0;
  }
}
