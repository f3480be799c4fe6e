import { describe, expect, it } from 'vitest';
import { medianFrameRate } from '../../../src/media/video/frame-rate.ts';
import { frameColour } from '../../../src/media/video/frame-shape.ts';

describe('medianFrameRate', () => {
  it('is not misled by a pause', () => {
    expect(medianFrameRate(Float64Array.of(0, 40_000, 80_000, 5_000_000))).toBe(25);
  });

  it('counts a single picture as 25 a second', () => {
    expect(medianFrameRate(Float64Array.of(0))).toBe(25);
  });
});

describe('frameColour', () => {
  it('takes what the stream says', () => {
    expect(frameColour({ matrix: 'bt709', fullRange: true })).toEqual({
      matrix: 'bt709',
      isFullRange: true,
    });
    expect(frameColour({ matrix: 'smpte170m' }).matrix).toBe('bt601');
    expect(frameColour({ matrix: 'bt470bg' }).matrix).toBe('bt601');
  });

  it('takes a stream that says nothing as the reference loaders do', () => {
    expect(frameColour({})).toEqual({ matrix: 'bt601', isFullRange: false });
  });
});
