import type { Size } from '../../../src/core/geometry.ts';
import { objectId } from '../../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { UPRIGHT, type Orientation } from '../../../src/core/frame/stored-picture.ts';
import type { DecodedFrame } from '../../../src/media/decoded-frame.ts';
import { ErrorMap } from '../../../src/media/stage/error-map.ts';
import { MaskPaths } from '../../../src/media/stage/mask-paths.ts';
import { paintStage, type StageScene } from '../../../src/media/stage/paint-stage.ts';
import type { StageObject, StageStyle } from '../../../src/protocol/media-api.ts';

export type Colour = readonly [red: number, green: number, blue: number];
export const GREY: Colour = [120, 120, 120];
export const VIDEO: Size = { width: 8, height: 6 };

interface FrameFields {
  readonly stored?: Size;
  /** Single pixels of other colours, by position. */
  readonly pixels?: Readonly<Record<number, Colour>>;
  readonly orientation?: Orientation;
}

/** A grey frame. */
export function buildFrame(fields: FrameFields = {}): DecodedFrame {
  const { stored = VIDEO, pixels = {}, orientation = UPRIGHT } = fields;
  const { width, height } = stored;
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set([...(pixels[i] ?? GREY), 255], i * 4);
  const isSideways = orientation.rotation === 90 || orientation.rotation === 270;
  return {
    format: 'RGBA',
    stored,
    upright: isSideways ? { width: height, height: width } : stored,
    orientation,
    colour: { matrix: 'bt709', isFullRange: false },
    data,
    planes: [{ offset: 0, stride: width * 4 }],
  };
}

export function buildObject(fields: Partial<StageObject> = {}): StageObject {
  return { id: objectId(1), color: '#ff0000', isVisible: true, isSelected: false, ...fields };
}

export function buildStyle(fields: Partial<StageStyle> = {}): StageStyle {
  return {
    size: { width: 40, height: 40 },
    devicePixelRatio: 1,
    viewport: { scale: 4, offsetX: 4, offsetY: 8 },
    fillOpacity: 0.5,
    outlineWidth: 0,
    objects: [buildObject()],
    ...fields,
  };
}

/** Rows of `#` and `.` as a mask. */
export function maskOf(...rows: string[]): MaskRle {
  const data = Uint8Array.from(rows.join(''), (letter) => Number(letter === '#'));
  return encodeRle({ width: rows[0]?.length ?? 0, height: rows.length, data });
}

export function buildTools() {
  return { paths: new MaskPaths(), errorMap: new ErrorMap() };
}

/** Paints on a canvas of its own and gives its pixels by place. */
export function paint(
  scene: Partial<StageScene> & Pick<StageScene, 'style'>,
  tools = buildTools(),
): StagePixels {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no 2D context');
  paintStage(context, { frame: buildFrame(), masks: [], ...scene }, tools);
  return readPixels(context);
}

export interface StagePixels extends Size {
  readonly data: Uint8ClampedArray;
  /** RGBA */
  readonly at: (x: number, y: number) => number[];
}

export function readPixels(context: OffscreenCanvasRenderingContext2D): StagePixels {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const at = (x: number, y: number) => Array.from(data.subarray((y * width + x) * 4).slice(0, 4));
  return { width, height, data, at };
}
