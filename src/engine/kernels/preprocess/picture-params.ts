import { invariant } from '../../../core/assert.ts';
import { colourTables } from '../../../core/frame/colour-tables.ts';
import { samplePlanes } from '../../../core/frame/pixel-conversion.ts';
import { PIXEL_LAYOUTS } from '../../../core/frame/pixel-format.ts';
import { planeOf, turnedSize, type StoredPicture } from '../../../core/frame/stored-picture.ts';
import { turnOf } from '../../../core/frame/turn.ts';

/** Bytes of the shaders' parameters. */
export const PARAMS_BYTES = 112;

/** Of the resampling: S, and the taps of an output sample in rows and in columns. */
export interface ResampleSizes {
  readonly size: number;
  readonly columnTaps: number;
  readonly rowTaps: number;
}

/** One of the three sample planes that make a picture: all in samples. */
interface SampleGrid {
  readonly offset: number;
  readonly stride: number;
  readonly step: number;
}

interface SampleLayout {
  readonly grids: readonly [SampleGrid, SampleGrid, SampleGrid];
  /** Of the second and third grid. */
  readonly shiftX: number;
  readonly shiftY: number;
  readonly bits: 8 | 16;
  /** 0 for RGB. */
  readonly peak: number;
}

/** The parameters that `preprocess.wgsl.ts` reads; signed, since a turn goes backwards. */
export function packParams(
  picture: StoredPicture,
  { size, columnTaps, rowTaps }: ResampleSizes,
): Int32Array<ArrayBuffer> {
  const { grids, shiftX, shiftY, bits, peak } = sampleLayout(picture);
  const { origin, right, down } = turnOf(picture.stored, picture.orientation);
  const packed = Int32Array.of(
    ...grids.flatMap(({ offset, stride, step }) => [offset, stride, step, 0]),
    ...[origin, right, down].flatMap(({ x, y }) => [x, y]),
    shiftX,
    shiftY,
    size,
    columnTaps,
    rowTaps,
    bits === 8 ? 2 : 1,
    bits,
    peak,
  );
  const padded = new Int32Array(PARAMS_BYTES / 4);
  padded.set(packed);
  return padded;
}

/** The colour tables in the shaders' order, `peak + 1` values each; empty for RGB. */
export function packColours({ format, colour }: StoredPicture): Int32Array<ArrayBuffer> {
  const layout = PIXEL_LAYOUTS[format];
  if (layout.kind === 'rgb') return new Int32Array(0);
  const { lumaPart, redOfV, greenOfU, greenOfV, blueOfU } = colourTables(colour, layout.bits);
  const parts = [lumaPart, redOfV, greenOfU, greenOfV, blueOfU];
  const packed = new Int32Array(parts.length * lumaPart.length);
  for (const [i, part] of parts.entries()) packed.set(part, i * lumaPart.length);
  return packed;
}

/** Fails where a shader would read past the picture's data. */
export function checkPicture(picture: StoredPicture): void {
  const { width, height } = turnedSize(picture.stored, picture.orientation);
  invariant(
    Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0,
    `frame size must be positive integers, got ${width} × ${height}`,
  );
  const { stored } = picture;
  const { grids, shiftX, shiftY, bits } = sampleLayout(picture);
  for (const [i, { offset, stride, step }] of grids.entries()) {
    const column = (stored.width - 1) >> (i === 0 ? 0 : shiftX);
    const row = (stored.height - 1) >> (i === 0 ? 0 : shiftY);
    const bytes = ((offset + row * stride + column * step + 1) * bits) / 8;
    invariant(
      Number.isInteger(bytes) && bytes <= picture.data.length,
      `frame of ${width} × ${height} as ${picture.format} needs ${bytes} bytes, got ${picture.data.length}`,
    );
  }
}

function sampleLayout(picture: StoredPicture): SampleLayout {
  const layout = PIXEL_LAYOUTS[picture.format];
  if (layout.kind === 'rgb') {
    const { offset, stride } = planeOf(picture, 0);
    const channel = (byte: number) => ({ offset: offset + byte, stride, step: 4 });
    const grids = [channel(layout.red), channel(1), channel(layout.blue)] as const;
    return { grids, shiftX: 0, shiftY: 0, bits: 8, peak: 0 };
  }
  const { luma, u, v, chromaStep: step } = samplePlanes(picture, layout);
  return {
    grids: [
      { ...luma, step: 1 },
      { ...u, step },
      { ...v, step },
    ],
    shiftX: layout.shiftX,
    shiftY: layout.shiftY,
    bits: layout.bits > 8 ? 16 : 8,
    peak: 2 ** layout.bits - 1,
  };
}
