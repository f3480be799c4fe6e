import { transfer, wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModelFrameMaker, type ModelFrame } from '../../../src/core/frame/model-frame.ts';
import { convertUpright } from '../../../src/core/frame/pixel-conversion.ts';
import { rgbaPicture } from '../../../src/core/frame/stored-picture.ts';
import { frameIndex } from '../../../src/core/ids.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type { MediaApi, MediaPort, PicturePort } from '../../../src/protocol/media-api.ts';
import { fixture } from './clips.ts';

installErrorTransfer();

const PLANES = { kind: 'planes' } as const;
const RESIZED = { kind: 'resized', side: 64 } as const;
const FRAME = frameIndex(7);

let worker: Worker;
let api: Remote<MediaApi>;
let port: Remote<MediaPort & PicturePort>;

beforeEach(async () => {
  worker = new Worker(new URL('../../../workers/decode.worker.ts', import.meta.url), {
    type: 'module',
  });
  api = wrap<MediaApi>(worker);
  const { port1, port2 } = new MessageChannel();
  await api.connect(transfer(port2, [port2]));
  port = wrap<MediaPort & PicturePort>(port1);
});
afterEach(() => worker.terminate());

function picture(frame: ModelFrame) {
  if (frame.kind !== 'planes') throw new Error('a frame in a form that nobody asked for');
  return frame.picture;
}

test.each([
  { name: 'b-frames.mp4', format: 'I420', bytesPerPixel: 1.5 },
  { name: 'vp9.webm', format: 'I420', bytesPerPixel: 1.5 },
  { name: 'clockwise-90.mp4', format: 'I420', bytesPerPixel: 1.5 },
  { name: 'ten-bit.mp4', format: 'I420P10', bytesPerPixel: 3 },
  { name: 'yuv444.mp4', format: 'I444', bytesPerPixel: 3 },
  // Made square by the browser, which gives RGBA.
  { name: 'anamorphic.mp4', format: 'RGBX', bytesPerPixel: 4 },
])('$name: what models get is what is exported, in fewer bytes', async (clip) => {
  const file = await fixture(clip.name);
  const { width, height } = await api.open({ kind: 'file', file });
  const pixels = await port.framePixels(FRAME);

  const planes = picture(await port.modelFrame(FRAME, PLANES));
  expect(planes.format).toBe(clip.format);
  expect(planes.data).toHaveLength(width * height * clip.bytesPerPixel);
  expect(planes.data.buffer.byteLength).toBe(planes.data.length);
  const converted = convertUpright(planes);
  expect(converted).toMatchObject({ width, height });
  expect(areEqual(converted.rgba, pixels.rgba)).toBe(true);

  const resized = await port.modelFrame(FRAME, RESIZED);
  expect(resized).toEqual(new ModelFrameMaker().make(rgbaPicture(pixels), RESIZED));
});

test('what is handed over is not missing from the cache', async () => {
  await api.open({ kind: 'file', file: await fixture('b-frames.mp4') });
  const first = picture(await port.modelFrame(FRAME, PLANES));
  const second = picture(await port.modelFrame(FRAME, PLANES));
  expect(first.data.length).toBeGreaterThan(0);
  expect(areEqual(first.data, second.data)).toBe(true);
});

/** Faster than the test runner's comparison of so many numbers. */
function areEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && !Array.from(a).some((value, i) => value !== b[i]);
}
