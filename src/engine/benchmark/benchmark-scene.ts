import { ModelFrameMaker, type FrameForm, type ModelFrame } from '../../core/frame/model-frame.ts';
import { rgbaPicture } from '../../core/frame/stored-picture.ts';
import type { Size } from '../../core/geometry.ts';
import { frameIndex, type FrameIndex } from '../../core/ids.ts';
import type { FramePixels } from '../../protocol/media-api.ts';

/** DAVIS's own size. */
const SIZE: Size = { width: 854, height: 480 };
/** Different pictures; they are shown forwards and backwards in turn. */
const PICTURES = 16;
const OBJECTS = 8;
const COLUMNS = 4;

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

/**
 * A made-up clip of eight patterned ellipses that move over a patterned ground: edges, texture and
 * motion to track, and the same pixels on every device. Pictures are painted when they are first
 * asked for and then kept, as models take them too, so that neither painting nor what the decode
 * worker does with a clip's frames is part of a time.
 */
export class BenchmarkScene {
  readonly size = SIZE;
  readonly #pictures = new Map<number, Uint8ClampedArray<ArrayBuffer>>();

  readonly #maker = new ModelFrameMaker();
  #form: FrameForm | undefined;
  /** By picture, in that form. */
  readonly #modelFrames = new Map<number, ModelFrame>();

  /** Paints every picture, and makes of it what a model takes. */
  prepare(form: FrameForm): void {
    for (let at = 0; at < PICTURES; at++) this.modelFrame(frameIndex(at), form);
  }

  /** What it holds belongs to the scene and is not to be written to or transferred. */
  modelFrame(frame: FrameIndex, form: FrameForm): ModelFrame {
    if (this.#form !== form) this.#modelFrames.clear();
    this.#form = form;
    const at = pictureOf(frame);
    const known = this.#modelFrames.get(at);
    if (known !== undefined) return known;
    const made = this.#maker.make(rgbaPicture({ ...SIZE, rgba: this.#picture(at) }), form);
    this.#modelFrames.set(at, made);
    return made;
  }

  /** The pixels belong to the scene and are not to be written to or transferred. */
  framePixels(frame: FrameIndex): FramePixels {
    return { ...SIZE, frame, rgba: this.#picture(pictureOf(frame)) };
  }

  /** The middle of an object on a frame, in video pixels. @param object 1 to 8 */
  centreOf(object: number, frame: FrameIndex): { readonly x: number; readonly y: number } {
    const { x, y } = ellipseAt(object, pictureOf(frame));
    return { x, y };
  }

  #picture(at: number): Uint8ClampedArray<ArrayBuffer> {
    const known = this.#pictures.get(at);
    if (known !== undefined) return known;
    const painted = paint(at);
    this.#pictures.set(at, painted);
    return painted;
  }
}

/** 0, 1, … 15, 14, … 1, 0, 1, … so that no frame jumps. */
function pictureOf(frame: number): number {
  const period = 2 * (PICTURES - 1);
  const at = frame % period;
  return Math.min(at, period - at);
}

function ellipseAt(object: number, picture: number): Ellipse {
  const [column, row] = [(object - 1) % COLUMNS, Math.floor((object - 1) / COLUMNS)];
  const angle = picture / 5 + object;
  return {
    x: Math.round((SIZE.width * (column + 0.5)) / COLUMNS + 28 * Math.cos(angle)),
    y: Math.round((SIZE.height * (row + 0.5)) / (OBJECTS / COLUMNS) + 24 * Math.sin(angle)),
    radiusX: 44 + 4 * object,
    radiusY: 70 - 3 * object,
  };
}

function paint(picture: number): Uint8ClampedArray<ArrayBuffer> {
  const { width, height } = SIZE;
  const rgba = new Uint8ClampedArray(width * height * 4);
  paintGround(rgba);
  for (let object = 1; object <= OBJECTS; object++) {
    paintEllipse(rgba, object, ellipseAt(object, picture));
  }
  return rgba;
}

function paintGround(rgba: Uint8ClampedArray): void {
  const { width, height } = SIZE;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = 18 * Math.sin(x / 23 + Math.sin(y / 31) * 2) + 12 * Math.sin((x + 2 * y) / 7);
      const light = 60 + (70 * x) / width + (40 * y) / height + wave;
      const at = (y * width + x) * 4;
      rgba[at] = light;
      rgba[at + 1] = light * 0.95 + 8;
      rgba[at + 2] = light * 0.8 + 22;
      rgba[at + 3] = 255;
    }
  }
}

/** Striped in a colour of its own, lit from the upper left, its pattern moving with it. */
function paintEllipse(rgba: Uint8ClampedArray, object: number, ellipse: Ellipse): void {
  const { width } = SIZE;
  const hue = (object * 2 * Math.PI) / OBJECTS;
  const { x, y, radiusX, radiusY } = ellipse;
  for (let dy = -radiusY; dy <= radiusY; dy++) {
    for (let dx = -radiusX; dx <= radiusX; dx++) {
      if ((dx / radiusX) ** 2 + (dy / radiusY) ** 2 > 1) continue;
      const light = 150 + 30 * Math.sin((dx + object * dy) / 9) - (dx + dy) / 2;
      const at = ((y + dy) * width + x + dx) * 4;
      rgba[at] = light + 80 * Math.cos(hue);
      rgba[at + 1] = light + 80 * Math.cos(hue - 2.1);
      rgba[at + 2] = light + 80 * Math.cos(hue + 2.1);
    }
  }
}
