import { ModelFrameMaker } from '../../src/core/frame/model-frame.ts';
import { rgbaPicture, type RgbaPicture } from '../../src/core/frame/stored-picture.ts';
import {
  normalizationTable,
  normalizePixels,
} from '../../src/engine/kernels/preprocess/normalization.ts';

const maker = new ModelFrameMaker();
const normalized = normalizationTable();

/** The image encoder's input `[1,3,S,S]` of a picture, as it is made for WASM. */
export function modelInput(picture: RgbaPicture, side: number): Float32Array<ArrayBuffer> {
  const frame = maker.make(rgbaPicture(picture), { kind: 'resized', side });
  if (frame.kind !== 'resized') throw new Error('a frame in a form that nobody asked for');
  const input = new Float32Array(3 * side * side);
  normalizePixels(frame.rgb, normalized, input);
  return input;
}
