import { afterEach, describe, expect, it, vi } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { CompareStyle, StageStyle, TruthFrameMasks } from '../../../src/protocol/media-api.ts';
import { MaskletStore } from '../../../src/media/masklets/masklet-store.ts';
import { PreviewStore } from '../../../src/media/masklets/preview-store.ts';
import { TruthStore } from '../../../src/media/masklets/truth-store.ts';
import { MaskPaths } from '../../../src/media/stage/mask-paths.ts';
import { Stage } from '../../../src/media/stage/stage.ts';
import {
  buildFrame,
  buildObject,
  buildStyle,
  GREY,
  maskOf,
  paint,
  readPixels,
  VIDEO,
} from './stage-scenes.ts';

const RING = maskOf('........', '.####...', '.#..#...', '.####...', '........', '........');
const OBJECT_1 = { object: buildObject(), mask: RING };

describe('painting', () => {
  it('puts the frame where the viewport says, on nothing', () => {
    const { at } = paint({ style: buildStyle() });
    // Video pixel (0, 0) covers device pixels 4..7 by 8..11.
    expect(at(4, 8)).toEqual([...GREY, 255]);
    expect(at(35, 31)).toEqual([...GREY, 255]);
    for (const [x, y] of [
      [3, 8],
      [4, 7],
      [36, 31],
      [35, 32],
      [0, 0],
    ] as const) {
      expect(at(x, y), `${x}, ${y}`).toEqual([0, 0, 0, 0]);
    }
  });

  it('has as many pixels as the screen', () => {
    const { width, height, at } = paint({ style: buildStyle({ devicePixelRatio: 2 }) });
    expect([width, height]).toEqual([80, 80]);
    expect(at(8, 16)).toEqual([...GREY, 255]);
    expect(at(7, 16)).toEqual([0, 0, 0, 0]);
  });

  it('shows pixels as squares when it is close, smoothly when not', () => {
    const frame = buildFrame({ pixels: { 0: [255, 255, 255] } });
    const near = paint({ style: buildStyle(), frame });
    expect([4, 5, 6, 7, 8].map((x) => near.at(x, 9)[0])).toEqual([255, 255, 255, 255, 120]);
    const viewport = { scale: 3, offsetX: 0, offsetY: 0 };
    const far = paint({ style: buildStyle({ viewport }), frame });
    const edge = far.at(3, 0)[0] ?? 0;
    expect(edge).toBeGreaterThan(120);
    expect(edge).toBeLessThan(255);
  });

  it('fills exactly the mask, holes left out', () => {
    const { at } = paint({ style: buildStyle(), masks: [OBJECT_1] });
    const filled = [188, 60, 60, 255];
    const centre = (x: number, y: number) => at(4 + x * 4 + 2, 8 + y * 4 + 2);
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 8; x++) {
        const isObject = y >= 1 && y <= 3 && x >= 1 && x <= 4 && !(y === 2 && x >= 2 && x <= 3);
        const expected = isObject ? filled : [...GREY, 255];
        centre(x, y).forEach((value, channel) =>
          expect(Math.abs(value - (expected[channel] ?? 0)), `${x}, ${y}`).toBeLessThanOrEqual(1),
        );
      }
    }
  });

  it('draws an outline over a dark line, as wide at any zoom', () => {
    for (const scale of [4, 16]) {
      const style = buildStyle({
        size: { width: 200, height: 200 },
        viewport: { scale, offsetX: 0, offsetY: 0 },
        fillOpacity: 0,
        outlineWidth: 2,
      });
      const { at } = paint({ style, masks: [OBJECT_1] });
      // The object's left side, halfway up, is at x = 1.
      const y = Math.round(2.5 * scale);
      const row = Array.from({ length: scale * 1.5 }, (_, x) => at(x, y));
      const red = row.filter(([r = 0, g = 0]) => r > 200 && g < 60).length;
      const dark = row.filter(([r = 0]) => r < 70).length;
      expect(red, `at ${scale}`).toBe(2);
      expect(dark, `at ${scale}`).toBeGreaterThanOrEqual(2);
      expect(dark, `at ${scale}`).toBeLessThanOrEqual(4);
    }
  });

  it('draws the selected object stronger and on top', () => {
    const style = buildStyle({
      size: { width: 200, height: 200 },
      viewport: { scale: 16, offsetX: 0, offsetY: 0 },
      fillOpacity: 0,
      outlineWidth: 2,
    });
    const selected = { object: buildObject({ isSelected: true }), mask: RING };
    const other = { object: buildObject({ id: objectId(2), color: '#00ff00' }), mask: RING };
    const { at } = paint({ style, masks: [selected, other] });
    const row = Array.from({ length: 32 }, (_, x) => at(x, 40));
    expect(row.filter(([r = 0, g = 0]) => r > 200 && g < 60).length).toBeGreaterThanOrEqual(3);
    expect(row.filter(([r = 0, g = 0]) => g > 200 && r < 60)).toEqual([]);
  });

  it('keeps outlines within the frame', () => {
    const full = maskOf(...Array.from({ length: 6 }, () => '########'));
    const style = buildStyle({ outlineWidth: 6 });
    const { at } = paint({ style, masks: [{ object: buildObject(), mask: full }] });
    expect(at(3, 20)).toEqual([0, 0, 0, 0]);
    expect(at(36, 20)).toEqual([0, 0, 0, 0]);
    expect((at(5, 20)[0] ?? 0) > 200).toBe(true);
  });

  it.each([
    [0, false, 4, 8],
    [90, false, 24, 8],
    [180, false, 32, 28],
    [270, false, 4, 36],
    [0, true, 32, 8],
    [90, true, 4, 8],
  ] as const)('draws upright: %i°, mirrored: %s', (rotation, isMirrored, x, y) => {
    const frame = buildFrame({
      pixels: { 0: [255, 255, 255] },
      orientation: { rotation, isMirrored },
    });
    const { at } = paint({ style: buildStyle(), frame });
    expect(at(x + 1, y + 1)).toEqual([255, 255, 255, 255]);
  });
});

describe('MaskPaths', () => {
  it('traces a mask once and drops those drawn longest ago', () => {
    const paths = new MaskPaths(20);
    const path = paths.pathOf(RING, VIDEO);
    expect(paths.pathOf(RING, VIDEO)).toBe(path);
    const older = maskOf('##', '..');
    paths.pathOf(older, VIDEO);
    expect(paths.pathOf(RING, VIDEO)).toBe(path);
    // Nine corners, five and five are over the limit of which the second mask is the oldest.
    paths.pathOf(maskOf('#.', '..'), VIDEO);
    paths.pathOf(maskOf('.#', '..'), VIDEO);
    expect(paths.has(older)).toBe(false);
    expect(paths.pathOf(RING, VIDEO)).toBe(path);
  });

  it('traces a mask again where it is laid over a clip of another size', () => {
    const paths = new MaskPaths();
    const path = paths.pathOf(RING, VIDEO);
    expect(paths.pathOf(RING, { width: 16, height: 12 })).not.toBe(path);
  });
});

describe('Stage', () => {
  afterEach(() => vi.restoreAllMocks());

  function buildStage() {
    const masklets = new MaskletStore();
    masklets.reset(VIDEO);
    const truth = new TruthStore();
    const canvas = new OffscreenCanvas(1, 1);
    const previews = new PreviewStore();
    const stage = new Stage({ masklets, previews, truth });
    stage.attach(canvas);
    const read = () => {
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('no 2D context');
      return readPixels(context);
    };
    return { masklets, previews, truth, stage, read };
  }

  const shown = { index: frameIndex(3), frame: buildFrame() };

  it('draws once for many wishes', async () => {
    const { stage } = buildStage();
    const draw = vi.spyOn(OffscreenCanvasRenderingContext2D.prototype, 'drawImage');
    const wishes = [stage.setStyle(buildStyle()), stage.show(shown), stage.repaint()];
    await Promise.all([...wishes, stage.setStyle(buildStyle({ fillOpacity: 1 }))]);
    expect(draw).toHaveBeenCalledTimes(1);
  });

  it('draws masks that come for the frame it shows, and only those', async () => {
    const { stage, masklets, read } = buildStage();
    await stage.setStyle(buildStyle({ fillOpacity: 1 }));
    await stage.show(shown);
    const draw = vi.spyOn(OffscreenCanvasRenderingContext2D.prototype, 'drawImage');
    masklets.put([{ objectId: objectId(1), frame: frameIndex(4), mask: RING }]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(draw).not.toHaveBeenCalled();
    masklets.put([{ objectId: objectId(1), frame: frameIndex(3), mask: RING }]);
    await stage.repaint();
    expect(read().at(10, 14)).toEqual([255, 0, 0, 255]);
    masklets.remove(objectId(1));
    await stage.repaint();
    expect(read().at(10, 14)).toEqual([...GREY, 255]);
  });

  it('leaves out objects that are hidden', async () => {
    const { stage, masklets, read } = buildStage();
    masklets.put([{ objectId: objectId(1), frame: frameIndex(3), mask: RING }]);
    const objects = [buildObject({ isVisible: false })];
    await stage.setStyle(buildStyle({ fillOpacity: 1, objects }));
    await stage.show(shown);
    expect(read().at(10, 14)).toEqual([...GREY, 255]);
  });

  describe('comparing', () => {
    const FULL = maskOf(...Array.from({ length: 3 }, () => '####'));
    const compared = { truthId: 7, objectId: objectId(1), color: '#00ff00', isVisible: true };

    function compareStyle(fields: Partial<CompareStyle> = {}, hidden = false): StageStyle {
      const objects = [compared];
      return buildStyle({
        fillOpacity: 1,
        objects: [buildObject({ isVisible: !hidden })],
        compare: { sequence: 'P01_01', view: 'truth', wipe: 0, objects, ...fields },
      });
    }

    function truthOn(frame: number, truthId = 7): TruthFrameMasks {
      const masks = [{ truthId, mask: FULL }];
      return { sequence: 'P01_01', frame: frameIndex(frame), masks };
    }

    /** A stage that shows frame 3, where the object has a mask. */
    async function buildCompared(style = compareStyle()) {
      const built = buildStage();
      const { stage, masklets } = built;
      masklets.put([{ objectId: objectId(1), frame: frameIndex(3), mask: RING }]);
      await stage.setStyle(style);
      await stage.show(shown);
      const use = async (...frames: TruthFrameMasks[]) => {
        built.truth.put(frames);
        built.truth.settle('use');
        await stage.repaint();
      };
      return { ...built, use };
    }

    // Within the ring, and beside it.
    const [inside, beside] = [
      [10, 14],
      [30, 28],
    ] as const;
    const red = [255, 0, 0, 255];
    const green = [0, 255, 0, 255];

    it('shows the truth as soon as it is used, and the masks where it is forgotten', async () => {
      const { use, truth, stage, read } = await buildCompared();
      expect(read().at(...inside)).toEqual(red);
      truth.put([truthOn(3)]);
      await stage.repaint();
      expect(read().at(...inside)).toEqual(red);
      await use(truthOn(3));
      expect([read().at(...inside), read().at(...beside)]).toEqual([green, green]);
      const draw = vi.spyOn(OffscreenCanvasRenderingContext2D.prototype, 'drawImage');
      truth.clear();
      await expect.poll(() => draw.mock.calls.length).toBe(1);
      expect([read().at(...inside), read().at(...beside)]).toEqual([red, [...GREY, 255]]);
    });

    it('shows the masks alone on frames and sequences without truth', async () => {
      const { use, stage, read } = await buildCompared();
      await use(truthOn(4));
      expect(read().at(...inside)).toEqual(red);
      await use(truthOn(3));
      await stage.setStyle(compareStyle({ sequence: 'P01_02' }));
      expect(read().at(...inside)).toEqual(red);
    });

    it('shows an annotated frame without objects as empty', async () => {
      const { use, read } = await buildCompared();
      await use({ ...truthOn(3), masks: [] });
      expect(read().at(...inside)).toEqual([...GREY, 255]);
    });

    it('leaves out compared objects that are hidden, and truth that nothing names', async () => {
      const objects = [{ ...compared, isVisible: false }];
      const { use, stage, read } = await buildCompared(compareStyle({ objects }));
      await use(truthOn(3));
      expect(read().at(...inside)).toEqual([...GREY, 255]);
      await stage.setStyle(compareStyle());
      await use(truthOn(3, 8));
      expect(read().at(...inside)).toEqual([...GREY, 255]);
    });

    it('compares an object’s own mask, drawn by itself or not', async () => {
      for (const hidden of [false, true]) {
        const { use, read } = await buildCompared(compareStyle({ view: 'errors' }, hidden));
        await use(truthOn(3));
        expect(read().at(...inside)).toEqual([232, 232, 232, 255]);
        expect(read().at(...beside)).toEqual([61, 139, 253, 255]);
      }
    });

    it('compares a truth that is nobody’s to nothing', async () => {
      const { objectId: _, ...nobodys } = compared;
      const style = compareStyle({ view: 'errors', objects: [nobodys] });
      const { use, read } = await buildCompared(style);
      await use(truthOn(3));
      expect(read().at(...inside)).toEqual([61, 139, 253, 255]);
    });
  });

  it('is empty without a frame', async () => {
    const { stage, read } = buildStage();
    await stage.setStyle(buildStyle());
    await stage.show(shown);
    expect(read().data.some((value) => value > 0)).toBe(true);
    await stage.show(undefined);
    expect(read().data.some((value) => value > 0)).toBe(false);
  });
});
