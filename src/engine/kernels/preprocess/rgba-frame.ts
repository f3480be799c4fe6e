import { invariant } from '../../../core/assert.ts';

/** A decoded frame: row-major, tightly packed, four bytes a pixel; alpha is ignored. */
export interface RgbaFrame {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** Fails when `frame` is empty or its bytes do not fill `width × height` pixels. */
export function checkFrame(frame: RgbaFrame): void {
  const { width, height, rgba } = frame;
  invariant(
    Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0,
    `frame size must be positive integers, got ${width} × ${height}`,
  );
  invariant(
    rgba.length === width * height * 4,
    `frame of ${width} × ${height} needs ${width * height * 4} bytes, got ${rgba.length}`,
  );
}
