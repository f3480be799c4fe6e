import { PIXEL_LAYOUTS, type PixelFormat } from '../../src/core/frame/pixel-format.ts';
import {
  UPRIGHT,
  type FramePlane,
  type StoredPicture,
} from '../../src/core/frame/stored-picture.ts';
import type { Size } from '../../src/core/geometry.ts';
import { mix, seededBytes } from './seeded-random.ts';

/** What a made-up picture differs in; colour and orientation are plain unless given. */
export interface PictureLook extends Partial<Pick<StoredPicture, 'colour' | 'orientation'>> {
  readonly format: PixelFormat;
  readonly stored: Size;
  /** Of bytes at the end of every row; even. Absent: none. */
  readonly padding?: number;
}

/** Noise as a decoder would store it in any format: every plane there, samples within their bits. */
export function seededPicture(look: PictureLook): StoredPicture {
  const { format, stored, padding = 0 } = look;
  const planes: FramePlane[] = [];
  let offset = 0;
  for (const { rowBytes, rows } of planeSizes(format, stored)) {
    const stride = rowBytes + padding;
    planes.push({ offset, stride });
    offset += stride * rows;
  }
  return {
    format,
    stored,
    orientation: look.orientation ?? UPRIGHT,
    colour: look.colour ?? { matrix: 'bt709', isFullRange: false },
    data: noise(format, stored.width * 1000 + stored.height, offset),
    planes,
  };
}

function planeSizes(format: PixelFormat, { width, height }: Size) {
  const layout = PIXEL_LAYOUTS[format];
  if (layout.kind === 'rgb') return [{ rowBytes: width * 4, rows: height }];
  const sampleBytes = layout.bits > 8 ? 2 : 1;
  const luma = { rowBytes: width * sampleBytes, rows: height };
  const chroma = {
    rowBytes: Math.ceil(width / 2 ** layout.shiftX) * sampleBytes,
    rows: Math.ceil(height / 2 ** layout.shiftY),
  };
  if (layout.isInterleaved) return [luma, { ...chroma, rowBytes: chroma.rowBytes * 2 }];
  return format.startsWith('I420A') ? [luma, chroma, chroma, luma] : [luma, chroma, chroma];
}

/** In deep formats now and then a sample is above the peak, which no decoder should give. */
function noise(format: PixelFormat, seed: number, bytes: number): Uint8Array<ArrayBuffer> {
  const layout = PIXEL_LAYOUTS[format];
  if (layout.kind === 'rgb' || layout.bits === 8) return seededBytes(seed, bytes);
  const peak = 2 ** layout.bits - 1;
  const samples = Uint16Array.from({ length: bytes / 2 }, (_, i) => {
    const random = mix(seed, i);
    return random % 50 === 0 ? random >>> 16 : (random >>> 8) & peak;
  });
  return new Uint8Array(samples.buffer);
}
