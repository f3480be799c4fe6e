import { invariant } from '../../core/assert.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { StageStyle } from '../../protocol/media-api.ts';
import type { DecodedFrame } from '../decoded-frame.ts';
import { onNextTick } from './animation-tick.ts';
import { ErrorMap } from './error-map.ts';
import { MaskPaths } from './mask-paths.ts';
import { clearStage, paintStage } from './paint-stage.ts';
import { comparisonOn, visibleMasks, withPreview, type StageMasks } from './scene.ts';

interface ShownFrame {
  readonly index: FrameIndex;
  readonly frame: DecodedFrame;
}

/**
 * The canvas that shows a frame with its masks, and what they are compared to. However often it is
 * asked, it draws once for an animation frame, from what is true then.
 */
export class Stage {
  readonly #masks: StageMasks;
  readonly #tools = { paths: new MaskPaths(), errorMap: new ErrorMap() };
  #context: OffscreenCanvasRenderingContext2D | undefined;
  #style: StageStyle | undefined;
  #shown: ShownFrame | undefined;
  #nextPaint: Promise<void> | undefined;

  constructor(masks: StageMasks) {
    this.#masks = masks;
    masks.masklets.subscribe((change) => {
      const shown = this.#shown?.index;
      if (shown === undefined) return;
      const isShown =
        change.kind === 'clear' ||
        (change.kind === 'put' && change.masks.some(({ frame }) => frame === shown)) ||
        (change.kind === 'remove' && (change.frames?.includes(shown) ?? true));
      if (isShown) void this.repaint();
    });
    masks.truth.subscribe(() => void this.repaint());
    masks.previews.subscribe(() => {
      if (this.#style?.preview !== undefined) void this.repaint();
    });
  }

  /** Takes over the canvas. Once in a stage's life. */
  attach(canvas: OffscreenCanvas): void {
    invariant(this.#context === undefined, 'the stage has a canvas already');
    const context = canvas.getContext('2d');
    invariant(context !== null, 'the stage canvas has another context');
    this.#context = context;
    void this.repaint();
  }

  setStyle(style: StageStyle): Promise<void> {
    this.#style = style;
    return this.repaint();
  }

  /** Shows a frame with its masks; undefined empties the stage. Resolves when it is drawn. */
  show(shown: ShownFrame | undefined): Promise<void> {
    this.#shown = shown;
    return this.repaint();
  }

  /** Draws in the next animation frame; resolves then, at once where there is no canvas. */
  repaint(): Promise<void> {
    if (this.#context === undefined) return Promise.resolve();
    this.#nextPaint ??= new Promise((resolve, reject) => {
      onNextTick(() => {
        this.#nextPaint = undefined;
        try {
          this.#paint();
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    return this.#nextPaint;
  }

  #paint(): void {
    if (this.#context === undefined || this.#style === undefined) return;
    if (this.#shown === undefined) {
      clearStage(this.#context, this.#style);
      return;
    }
    const { frame, index } = this.#shown;
    const style = this.#style;
    const { objects, compare, preview } = style;
    const stored = this.#masks;
    const visible = visibleMasks(objects, stored, index);
    const shown =
      preview === undefined
        ? { masks: visible }
        : withPreview(visible, preview, { objects, stored, frame: index });
    const comparison = compare && comparisonOn({ compare, objects }, stored, index);
    const scene = { style, frame, ...shown, ...(comparison === undefined ? {} : { comparison }) };
    paintStage(this.#context, scene, this.#tools);
  }
}
