import { describe, expect, test } from 'vitest';
import type { ModelFrame } from '../../../../src/core/frame/model-frame.ts';
import { frameIndex, type FrameIndex } from '../../../../src/core/ids.ts';
import { FrameReader } from '../../../../src/engine/session/frame-reader.ts';
import { MUG, SessionFixture } from './session-fixture.ts';

function reader(fails: (frame: FrameIndex) => boolean = () => false) {
  const asked: FrameIndex[] = [];
  const fetch = async (frame: FrameIndex): Promise<ModelFrame> => {
    asked.push(frame);
    if (fails(frame)) throw new Error(`frame ${frame} is damaged`);
    return { kind: 'resized', side: 1, rgb: Uint8ClampedArray.of(frame, 0, 0) };
  };
  return { asked, reader: new FrameReader(fetch) };
}

describe('FrameReader', () => {
  test('asks once for a frame that was started before it is read, and again the next time', async () => {
    const { asked, reader: frames } = reader();
    frames.prefetch(frameIndex(3));
    frames.prefetch(frameIndex(3));
    expect(asked).toEqual([3]);
    expect(await frames.read(frameIndex(3))).toMatchObject({ rgb: Uint8ClampedArray.of(3, 0, 0) });
    expect(asked).toEqual([3]);
    await frames.read(frameIndex(3));
    expect(asked).toEqual([3, 3]);
  });

  test('forgets the oldest of more than two', async () => {
    const { asked, reader: frames } = reader();
    for (const frame of [1, 2, 3]) frames.prefetch(frameIndex(frame));
    for (const frame of [3, 2, 1]) await frames.read(frameIndex(frame));
    expect(asked).toEqual([1, 2, 3, 1]);
  });

  test('tells of a failure when the frame is read, and not before', async () => {
    const { reader: frames } = reader((frame) => frame === 2);
    frames.prefetch(frameIndex(2));
    expect(await frames.read(frameIndex(1))).toMatchObject({ rgb: Uint8ClampedArray.of(1, 0, 0) });
    await expect(frames.read(frameIndex(2))).rejects.toThrow('frame 2 is damaged');
  });
});

test('the decode worker has the next frame to make while one is encoded', async () => {
  await using fixture = new SessionFixture({ frameCount: 5 });
  const { graphs, clip } = fixture;
  const askedAtEncoding: number[][] = [];
  const encode = graphs.encodeImage.bind(graphs);
  graphs.encodeImage = (image) => {
    askedAtEncoding.push([...clip.framesRead]);
    return encode(image);
  };
  await fixture.click(MUG, 0, 5);
  await fixture.track(0, 4);
  expect(askedAtEncoding).toEqual([[0], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]);
});
