import { invariant } from '../../core/assert.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { StageStyle } from '../../protocol/media-api.ts';
import type { DecodedFrame } from '../decoded-frame.ts';
import type { MaskletStore } from '../masklets/masklet-store.ts';
import { onNextTick } from './animation-tick.ts';
import { MaskPaths } from './mask-paths.ts';
import { clearStage, paintStage, type ObjectMask } from './paint-stage.ts';

interface ShownFrame {
  readonly index: FrameIndex;
  readonly frame: DecodedFrame;
}

/**
 * The canvas that shows a frame with its masks. However often it is asked, it draws once for an
 * animation frame, from what is true then.
 */
export class Stage {
  readonly #masklets: MaskletStore;
  readonly #paths = new MaskPaths();
  #context: OffscreenCanvasRenderingContext2D | undefined;
  #style: StageStyle | undefined;
  #shown: ShownFrame | undefined;
  #nextPaint: Promise<void> | undefined;

  constructor(masklets: MaskletStore) {
    this.#masklets = masklets;
    masklets.subscribe((change) => {
      const shown = this.#shown?.index;
      if (shown === undefined) return;
      const isShown =
        change.kind === 'clear' ||
        (change.kind === 'put' && change.masks.some(({ frame }) => frame === shown)) ||
        (change.kind === 'remove' && (change.frames?.includes(shown) ?? true));
      if (isShown) void this.repaint();
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
    const masks = this.#visibleMasks(this.#style, index);
    paintStage(this.#context, { style: this.#style, frame, masks }, this.#paths);
  }

  #visibleMasks(style: StageStyle, index: FrameIndex): ObjectMask[] {
    return style.objects.flatMap((object) => {
      const mask = object.isVisible ? this.#masklets.maskOf(object.id, index) : undefined;
      return mask === undefined ? [] : [{ object, mask }];
    });
  }
}
