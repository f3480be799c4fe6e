import { describe, expect, it } from 'vitest';
import { decodeRle, encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { UPRIGHT } from '../../../src/core/frame/stored-picture.ts';
import { ErrorMap } from '../../../src/media/stage/error-map.ts';
import { MaskPaths } from '../../../src/media/stage/mask-paths.ts';
import { paintStage } from '../../../src/media/stage/paint-stage.ts';
import type { VideoLook } from '../../../src/protocol/export-format.ts';
import { paintLook } from '../../../src/render/paint/paint-look.ts';
import type { Scene } from '../../../src/render/scene.ts';
import { seededBytes } from '../../helpers/seeded-random.ts';

const SIZE = { width: 24, height: 18 };
const PIXELS = SIZE.width * SIZE.height;

/** Noise, so that each pixel can be told from its neighbours. */
const RGBA = Uint8ClampedArray.from(seededBytes(5, PIXELS * 4), (byte, i) =>
  i % 4 === 3 ? 255 : byte,
);

function maskWhere(isObject: (x: number, y: number) => boolean): MaskRle {
  const data = Uint8Array.from({ length: PIXELS }, (_, i) =>
    Number(isObject(i % SIZE.width, Math.floor(i / SIZE.width))),
  );
  return encodeRle({ ...SIZE, data });
}

/** A ring whose hole holds nothing, and a disc that lies half over the ring. */
const RING = maskWhere((x, y) => {
  const isWithin = x >= 2 && x < 14 && y >= 2 && y < 14;
  return isWithin && !(x >= 6 && x < 10 && y >= 6 && y < 10);
});
const DISC = maskWhere((x, y) => (x - 15) ** 2 + (y - 9) ** 2 < 30);
const MASKS = [
  { color: '#ff0000', mask: RING },
  { color: '#00ff00', mask: DISC },
];
const [inRing, inDisc] = [RING, DISC].map((mask) => decodeRle(mask).data);

function isObject(pixel: number): boolean {
  return inRing?.[pixel] === 1 || inDisc?.[pixel] === 1;
}

function sceneOf(changes: Partial<Scene> = {}): Scene {
  const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
  canvas.getContext('2d')?.putImageData(new ImageData(RGBA, SIZE.width, SIZE.height), 0, 0);
  const rgba = RGBA.slice();
  return { size: SIZE, image: canvas, rgba, masks: MASKS, paths: new MaskPaths(), ...changes };
}

function paint(look: VideoLook, scene = sceneOf(), size = SIZE): Uint8ClampedArray {
  const context = new OffscreenCanvas(size.width, size.height).getContext('2d', {
    willReadFrequently: true,
  });
  if (context === null) throw new Error('no 2D context');
  // What an earlier frame left behind must not show.
  context.fillStyle = '#ff00ff';
  context.fillRect(0, 0, size.width, size.height);
  paintLook(context, scene, look);
  return context.getImageData(0, 0, size.width, size.height).data;
}

const at = (data: Uint8ClampedArray, pixel: number) =>
  Array.from(data.slice(pixel * 4, pixel * 4 + 4));

/** Calls `check` with each pixel's place, colour in the frame and colour in the picture. */
function eachPixel(
  picture: Uint8ClampedArray,
  check: (pixel: number, frame: number[], picture: number[]) => void,
): void {
  for (let pixel = 0; pixel < PIXELS; pixel++) check(pixel, at(RGBA, pixel), at(picture, pixel));
}

describe('matte', () => {
  it('is white on the objects, overlaps and all, and black in holes and elsewhere', () => {
    eachPixel(paint({ kind: 'matte' }), (pixel, _, picture) => {
      const level = isObject(pixel) ? 255 : 0;
      expect(picture, `pixel ${pixel}`).toEqual([level, level, level, 255]);
    });
  });

  it('is black where there is no mask', () => {
    const picture = paint({ kind: 'matte' }, sceneOf({ masks: [] }));
    eachPixel(picture, (_, __, colour) => expect(colour).toEqual([0, 0, 0, 255]));
  });
});

describe('cut-out', () => {
  it.each([
    ['#00b140', [0, 177, 64, 255]],
    [undefined, [0, 0, 0, 0]],
  ])('shows the objects on %s', (background, expected) => {
    const look = { kind: 'cut-out', ...(background === undefined ? {} : { background }) } as const;
    eachPixel(paint(look), (pixel, frame, picture) => {
      expect(picture, `pixel ${pixel}`).toEqual(isObject(pixel) ? frame : expected);
    });
  });
});

describe('spotlight', () => {
  it('leaves the objects and takes light from the rest', () => {
    eachPixel(paint({ kind: 'spotlight', darkness: 0.75 }), (pixel, frame, picture) => {
      picture.forEach((value, channel) => {
        const bright = frame[channel] ?? 0;
        const isKept = isObject(pixel) || channel === 3;
        const expected = isKept ? bright : bright * 0.25;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(isKept ? 0 : 1);
      });
    });
  });
});

describe('overlay', () => {
  it('is what the stage shows', () => {
    const style = { fillOpacity: 0.4, outlineAt720: 60 };
    const picture = paint({ kind: 'overlay', ...style });
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('no 2D context');
    // A stage on which a frame of 720 pixels would be shown pixel for pixel.
    const scale = 720 / SIZE.height;
    paintStage(
      context,
      {
        style: {
          size: { width: SIZE.width * scale, height: 720 },
          devicePixelRatio: 1 / scale,
          viewport: { scale, offsetX: 0, offsetY: 0 },
          fillOpacity: style.fillOpacity,
          outlineWidth: style.outlineAt720,
          objects: [],
        },
        frame: {
          format: 'RGBA',
          stored: SIZE,
          upright: SIZE,
          orientation: UPRIGHT,
          colour: { matrix: 'bt709', isFullRange: false },
          data: new Uint8Array(RGBA),
          planes: [{ offset: 0, stride: SIZE.width * 4 }],
        },
        masks: MASKS.map(({ color, mask }) => ({ object: { color, isSelected: false }, mask })),
      },
      { paths: new MaskPaths(), errorMap: new ErrorMap() },
    );
    const stage = context.getImageData(0, 0, SIZE.width, SIZE.height).data;
    expect([...picture]).toEqual([...stage]);
  });

  it('without fill and outline is the frame', () => {
    const look = { kind: 'overlay', fillOpacity: 0, outlineAt720: 0 } as const;
    expect([...paint(look)]).toEqual([...RGBA]);
  });

  it('side by side has the frame at the left and the overlay at the right', () => {
    const style = { fillOpacity: 0.5, outlineAt720: 50 };
    const wide = { width: 2 * SIZE.width, height: SIZE.height };
    const both = paint({ kind: 'side-by-side', ...style }, sceneOf(), wide);
    const overlay = paint({ kind: 'overlay', ...style });
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
      const left = y * wide.width + x;
      expect(at(both, left)).toEqual(at(RGBA, pixel));
      expect(at(both, left + SIZE.width)).toEqual(at(overlay, pixel));
    }
  });
});

describe('blocks', () => {
  const SIDE_PX = 5;
  const strengthAt720 = (SIDE_PX * 720) / SIZE.height;

  /** Mean of the region's pixels in the block around `pixel`, straight from the definition. */
  function blockMean(pixel: number, counts: (pixel: number) => boolean): number[] {
    const block = (place: number) => [
      Math.floor((place % SIZE.width) / SIDE_PX),
      Math.floor(place / SIZE.width / SIDE_PX),
    ];
    const own = block(pixel).join();
    const members = Array.from({ length: PIXELS }, (_, i) => i).filter(
      (other) => block(other).join() === own && counts(other),
    );
    return [0, 1, 2].map(
      (channel) =>
        members.reduce((sum, other) => sum + (RGBA[other * 4 + channel] ?? 0), 0) / members.length,
    );
  }

  it.each(['objects', 'background'] as const)('hide the %s and nothing else', (region) => {
    const isHidden = (pixel: number) => isObject(pixel) === (region === 'objects');
    const picture = paint({ kind: 'pixelate', region, strengthAt720 });
    eachPixel(picture, (pixel, frame, colour) => {
      if (!isHidden(pixel)) {
        expect(colour, `pixel ${pixel}`).toEqual(frame);
        return;
      }
      blockMean(pixel, isHidden).forEach((mean, channel) =>
        expect(Math.abs((colour[channel] ?? 0) - mean)).toBeLessThanOrEqual(1),
      );
    });
  });
});

describe('blur', () => {
  const strengthAt720 = (4 * 720) / SIZE.height;

  it.each(['objects', 'background'] as const)('hides the %s and nothing else', (region) => {
    const isHidden = (pixel: number) => isObject(pixel) === (region === 'objects');
    const picture = paint({ kind: 'blur', region, strengthAt720 });
    const levels: number[] = [];
    eachPixel(picture, (pixel, frame, colour) => {
      if (isHidden(pixel)) levels.push(colour[0] ?? 0);
      else expect(colour, `pixel ${pixel}`).toEqual(frame);
    });
    // Noise of all levels becomes nearly grey.
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    const deviation = Math.sqrt(
      levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length,
    );
    expect(deviation).toBeLessThan(20);
    expect(deviation).toBeGreaterThan(0);
  });

  it.each(['objects', 'background'] as const)('lets no colour in or out of the %s', (region) => {
    const rgba = new Uint8ClampedArray(PIXELS * 4).fill(255);
    const colourAt = (pixel: number) => (isObject(pixel) ? [200, 40, 10] : [10, 90, 220]);
    for (let pixel = 0; pixel < PIXELS; pixel++) rgba.set(colourAt(pixel), pixel * 4);
    const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
    canvas.getContext('2d')?.putImageData(new ImageData(rgba, SIZE.width, SIZE.height), 0, 0);
    const picture = paint(
      { kind: 'blur', region, strengthAt720 },
      sceneOf({ rgba, image: canvas }),
    );
    eachPixel(picture, (pixel, _, colour) => {
      colourAt(pixel).forEach((value, channel) =>
        expect(Math.abs((colour[channel] ?? 0) - value), `pixel ${pixel}`).toBeLessThanOrEqual(1),
      );
    });
  });

  it('leaves a frame without masks as it is, or hides all of it', () => {
    const scene = sceneOf({ masks: [] });
    const kept = paint({ kind: 'blur', region: 'objects', strengthAt720 }, scene);
    expect([...kept]).toEqual([...RGBA]);
    const hidden = paint({ kind: 'blur', region: 'background', strengthAt720 }, scene);
    expect([...hidden]).not.toEqual([...RGBA]);
  });
});
