import { describe, expect, it } from 'vitest';
import type { ImageFile } from '../../../src/media/images/image-file.ts';
import { readImageHeader, uprightSize } from '../../../src/media/images/image-header.ts';
import { listImages } from '../../../src/media/images/list-images.ts';

function files(...paths: string[]): ImageFile[] {
  return paths.map((path) => ({
    path,
    bytes: 1,
    read: () => Promise.reject(new Error('not read')),
    readHead: () => Promise.reject(new Error('not read')),
  }));
}

function listed(...paths: string[]): string[] {
  return listImages('clip', files(...paths)).map(({ path }) => path);
}

describe('listImages', () => {
  it('sorts by the number in the name', () => {
    expect(listed('f_10.jpg', 'f_9.jpg', 'f_100.jpg')).toEqual([
      'f_9.jpg',
      'f_10.jpg',
      'f_100.jpg',
    ]);
  });

  it('takes the last number, as in names that carry the video', () => {
    expect(listed('P01_01_frame_0000000120.jpg', 'P01_01_frame_0000000080.jpg')).toEqual([
      'P01_01_frame_0000000080.jpg',
      'P01_01_frame_0000000120.jpg',
    ]);
  });

  it('ignores the extension, other files and hidden ones', () => {
    const paths = ['2.PNG', '1.jpeg', 'notes.txt', '.DS_Store', '.3.jpg', '__MACOSX/4.jpg'];
    expect(listed(...paths)).toEqual(['1.jpeg', '2.PNG']);
  });

  it('bears nesting', () => {
    expect(listed('a/b/2.jpg', 'a/b/1.jpg', 'a/readme.md')).toEqual(['a/b/1.jpg', 'a/b/2.jpg']);
  });

  it('refuses pictures in several folders, and names them', () => {
    expect(() => listed('JPEGImages/bike/0.jpg', 'Annotations/bike/0.png')).toThrow(
      /2 folders: JPEGImages\/bike, Annotations\/bike/,
    );
  });

  it('refuses two pictures for one frame, and names them', () => {
    expect(() => listed('00000.jpg', '00001.jpg', '00001.png')).toThrow(
      /00001\.jpg and 00001\.png/,
    );
  });

  it('refuses a folder without pictures, by name', () => {
    expect(() => listed('notes.txt')).toThrow(/clip holds no jpg or png/);
  });
});

/** A JPEG's start: optional EXIF with one entry, then a frame header. */
function jpegHead(exif?: { readonly value: number; readonly isLittle: boolean }): Uint8Array {
  const frame = [
    0xff, 0xc0, 0, 17, 8, 0x01, 0x1a, 0x01, 0xf4, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
  ];
  if (exif === undefined) return Uint8Array.from([0xff, 0xd8, ...frame]);
  const { value, isLittle } = exif;
  const short = (n: number) => (isLittle ? [n & 255, n >> 8] : [n >> 8, n & 255]);
  const long = (n: number) => (isLittle ? [...short(n), 0, 0] : [0, 0, ...short(n)]);
  const order = isLittle ? [0x49, 0x49] : [0x4d, 0x4d];
  const entry = [...short(0x0112), ...short(3), ...long(1), ...short(value), 0, 0];
  const tiff = [...order, ...short(42), ...long(8), ...short(1), ...entry, ...long(0)];
  const payload = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, payload.length + 2, ...payload, ...frame]);
}

describe('readImageHeader', () => {
  it('reads the size of a JPEG', () => {
    expect(readImageHeader(jpegHead())).toEqual({
      type: 'image/jpeg',
      stored: { width: 500, height: 282 },
      orientation: { rotation: 0, isMirrored: false },
    });
  });

  it.each([
    [1, 0, false],
    [3, 180, false],
    [6, 90, false],
    [8, 270, false],
    [2, 0, true],
    [5, 90, true],
  ] as const)('reads EXIF orientation %i', (value, rotation, isMirrored) => {
    for (const isLittle of [true, false]) {
      const header = readImageHeader(jpegHead({ value, isLittle }));
      expect(header?.orientation).toEqual({ rotation, isMirrored });
    }
  });

  it('swaps the sides of a picture on its side', () => {
    const header = readImageHeader(jpegHead({ value: 6, isLittle: true }));
    expect(header && uprightSize(header)).toEqual({ width: 282, height: 500 });
  });

  it('reads the size of a PNG', () => {
    const bytes = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82];
    const head = Uint8Array.from([...bytes, 0, 0, 2, 128, 0, 0, 1, 104]);
    expect(readImageHeader(head)?.stored).toEqual({ width: 640, height: 360 });
  });

  it('gives nothing for other bytes or where the size is not in them', () => {
    expect(readImageHeader(Uint8Array.of(1, 2, 3))).toBeUndefined();
    expect(readImageHeader(jpegHead().subarray(0, 8))).toBeUndefined();
    expect(readImageHeader(new Uint8Array())).toBeUndefined();
  });
});
