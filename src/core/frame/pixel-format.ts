/** How samples of a YUV format lie in memory. */
export interface YuvLayout {
  readonly kind: 'yuv';
  /** Bits for each sample; above 8 a sample takes two bytes, little-endian. */
  readonly bits: 8 | 10 | 12;
  /** Chroma has `ceil(width / 2^shiftX)` columns and `ceil(height / 2^shiftY)` rows. */
  readonly shiftX: 0 | 1;
  readonly shiftY: 0 | 1;
  /** Whether the second plane holds U and V in turn. */
  readonly isInterleaved: boolean;
}

/** Byte positions within a pixel of four bytes. */
export interface RgbLayout {
  readonly kind: 'rgb';
  readonly red: 0 | 2;
  readonly blue: 0 | 2;
}

function planar(bits: YuvLayout['bits'], shiftX: 0 | 1, shiftY: 0 | 1): YuvLayout {
  return { kind: 'yuv', bits, shiftX, shiftY, isInterleaved: false };
}

/** The formats of WebCodecs (`VideoPixelFormat`, with those TypeScript does not list yet). */
export const PIXEL_LAYOUTS = {
  I420: planar(8, 1, 1),
  I420P10: planar(10, 1, 1),
  I420P12: planar(12, 1, 1),
  I420A: planar(8, 1, 1),
  I420AP10: planar(10, 1, 1),
  I420AP12: planar(12, 1, 1),
  I422: planar(8, 1, 0),
  I422P10: planar(10, 1, 0),
  I422P12: planar(12, 1, 0),
  I444: planar(8, 0, 0),
  I444P10: planar(10, 0, 0),
  I444P12: planar(12, 0, 0),
  NV12: { kind: 'yuv', bits: 8, shiftX: 1, shiftY: 1, isInterleaved: true },
  RGBA: { kind: 'rgb', red: 0, blue: 2 },
  RGBX: { kind: 'rgb', red: 0, blue: 2 },
  BGRA: { kind: 'rgb', red: 2, blue: 0 },
  BGRX: { kind: 'rgb', red: 2, blue: 0 },
} as const satisfies Record<string, YuvLayout | RgbLayout>;

/** A pixel format that this project reads. */
export type PixelFormat = keyof typeof PIXEL_LAYOUTS;

/** Whether `pixelConversion` knows the format that a `VideoFrame` names. */
export function isPixelFormat(name: string): name is PixelFormat {
  return Object.hasOwn(PIXEL_LAYOUTS, name);
}
