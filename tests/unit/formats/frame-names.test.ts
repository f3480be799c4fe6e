import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import {
  fileStem,
  frameStems,
  matchStems,
  safeFileName,
} from '../../../src/formats/frame-names.ts';

const VISOR = ['P01_107_frame_0000000155.jpg', 'P01_107_frame_0000000170.jpg'];

describe('naming frames', () => {
  test.each([
    [10, 7, '00007'],
    [99_999, 99_998, '99998'],
    [100_000, 7, '000007'],
  ])('a video of %i frames calls frame %i %s', (frameCount, frame, stem) => {
    expect(frameStems({ frameCount })(frameIndex(frame))).toBe(stem);
  });

  test('frames of a folder keep their names', () => {
    const stemOf = frameStems({ frameCount: 2, frameNames: VISOR });
    expect(stemOf(frameIndex(1))).toBe('P01_107_frame_0000000170');
  });

  test('names that would collide without extension are not used for any frame', () => {
    const stemOf = frameStems({ frameCount: 2, frameNames: ['1.jpg', '1.png'] });
    expect([0, 1].map((frame) => stemOf(frameIndex(frame)))).toEqual(['00000', '00001']);
  });

  test('a frame that the clip does not name is a bug', () => {
    const stemOf = frameStems({ frameCount: 3, frameNames: VISOR });
    expect(() => stemOf(frameIndex(2))).toThrow('names no frame 2');
  });

  test('a stem loses only the last extension', () => {
    expect(['a.tar.gz', 'none', '.hidden'].map(fileStem)).toEqual(['a.tar', 'none', '.hidden']);
  });

  test('a safe name is never a path, hidden or empty', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toMatch(/[/\\:]|^\.|^\s*$/);
        expect(safeFileName(safe)).toBe(safe);
      }),
    );
    expect(safeFileName('../../etc/passwd')).toBe('__.._etc_passwd');
    expect(safeFileName('蘆 clip-1.v2')).toBe('蘆 clip-1.v2');
  });
});

describe('matching names to frames', () => {
  test('what frameStems wrote is found again', () => {
    for (const naming of [{ frameCount: 12 }, { frameCount: 2, frameNames: VISOR }]) {
      const stems = Array.from({ length: naming.frameCount }, (_, i) =>
        frameStems(naming)(frameIndex(i)),
      );
      expect(matchStems(stems, naming)).toEqual(stems.map((_, i) => i));
    }
  });

  test('by the number at the end where no name fits, absent past the last frame', () => {
    const naming = { frameCount: 20 };
    expect(matchStems(['frame_7', '000019', '20', 'mask'], naming)).toEqual([
      7,
      19,
      undefined,
      undefined,
    ]);
    expect(matchStems(['00000', '00001'], { frameCount: 2, frameNames: VISOR })).toEqual([0, 1]);
  });

  test('once one name fits, only names count', () => {
    const stems = ['P01_107_frame_0000000170', '00000'];
    expect(matchStems(stems, { frameCount: 2, frameNames: VISOR })).toEqual([1, undefined]);
  });
});
