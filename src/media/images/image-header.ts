import { UPRIGHT, type Orientation } from '../../core/frame/stored-picture.ts';
import type { Size } from '../../core/geometry.ts';

/** What the first bytes of a picture say. */
export interface ImageHeader {
  readonly type: 'image/jpeg' | 'image/png';
  /** As stored, before `orientation`. */
  readonly stored: Size;
  /** From EXIF. Applied, as viewers and OpenCV do, so that a frame is what the user sees. */
  readonly orientation: Orientation;
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const EXIF_ORIENTATION_TAG = 0x0112;

/** EXIF 2.32 §4.6.4 A: values 1 to 8, each as a turn and then a mirror. */
const EXIF_ORIENTATIONS: readonly Orientation[] = [
  { rotation: 0, isMirrored: false },
  { rotation: 0, isMirrored: true },
  { rotation: 180, isMirrored: false },
  { rotation: 180, isMirrored: true },
  { rotation: 90, isMirrored: true },
  { rotation: 90, isMirrored: false },
  { rotation: 270, isMirrored: true },
  { rotation: 270, isMirrored: false },
];

/**
 * Reads the header from a picture's first bytes; undefined where it is no jpg or png, or where the
 * size comes after these bytes (`isJpeg` tells the cases apart).
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isPng(bytes)) return readPng(view);
  return isJpeg(bytes) ? readJpeg(view) : undefined;
}

/** Whether the bytes begin as a JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Whether the bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return PNG_SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** The size upright. */
export function uprightSize({ stored, orientation }: ImageHeader): Size {
  const isSideways = orientation.rotation === 90 || orientation.rotation === 270;
  return isSideways ? { width: stored.height, height: stored.width } : stored;
}

function readPng(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 24) return undefined;
  const stored = { width: view.getUint32(16), height: view.getUint32(20) };
  return { type: 'image/png', stored, orientation: UPRIGHT };
}

/** ITU-T T.81 annex B: segments up to the start of frame. */
function readJpeg(view: DataView): ImageHeader | undefined {
  let orientation = UPRIGHT;
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (isStartOfFrame(marker)) {
      const stored = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
      return { type: 'image/jpeg', stored, orientation };
    }
    if (marker === 0xe1) orientation = readExif(view, at + 4, length - 2) ?? orientation;
    at += 2 + length;
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie among them. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** The orientation in an APP1 segment, `[at, at + length)`. */
function readExif(view: DataView, at: number, length: number): Orientation | undefined {
  const end = Math.min(at + length, view.byteLength);
  if (end - at < 14 || view.getUint32(at) !== 0x45786966) return undefined;
  const tiff = at + 6;
  const isLittle = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, isLittle);
  if (directory + 2 > end) return undefined;
  const entries = view.getUint16(directory, isLittle);
  for (let i = 0, entry = directory + 2; i < entries && entry + 12 <= end; i++, entry += 12) {
    if (view.getUint16(entry, isLittle) === EXIF_ORIENTATION_TAG) {
      return EXIF_ORIENTATIONS[view.getUint16(entry + 8, isLittle) - 1];
    }
  }
  return undefined;
}
