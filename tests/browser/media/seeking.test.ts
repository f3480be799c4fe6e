import { afterEach, describe, expect, it } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import type { FrameSource, PassingReader } from '../../../src/media/frame-source.ts';
import { uprightPixels } from '../../../src/media/upright-pixels.ts';
import { openVideo } from '../../../src/media/video/open-video.ts';
import { burntNumber, fixture } from './clips.ts';

/** One frame of the fixtures as the decoder gives it (4:2:0). */
const FRAME_BYTES = (192 * 112 * 3) / 2;
let source: FrameSource | undefined;

afterEach(() => {
  source?.[Symbol.dispose]();
  source = undefined;
});

async function open(name: string, cacheBytes?: number): Promise<FrameSource> {
  source = await openVideo(await fixture(name), cacheBytes);
  return source;
}

async function numberAt(clip: FrameSource, index: number, signal?: AbortSignal): Promise<number> {
  const frame = await clip.frame(frameIndex(index), signal);
  return burntNumber(uprightPixels(frame, frameIndex(index)));
}

/** Pictures that decoders gave which were made while `task` ran. */
async function picturesDecoded(task: () => Promise<unknown>): Promise<number> {
  const Original = globalThis.VideoDecoder;
  let count = 0;
  // Only counts: the browser's own decoder does the work.
  globalThis.VideoDecoder = class extends Original {
    constructor(init: VideoDecoderInit) {
      super({ ...init, output: (picture) => (count++, init.output(picture)) });
    }
  };
  try {
    await task();
  } finally {
    globalThis.VideoDecoder = Original;
  }
  return count;
}

describe('cache', () => {
  it('gives a frame that was had before at once, as the same object', async () => {
    const clip = await open('b-frames.mp4');
    const first = await clip.frame(frameIndex(7));
    expect(await clip.frame(frameIndex(7))).toBe(first);
  });

  it('steps back after a jump without decoding again', async () => {
    const clip = await open('b-frames.mp4');
    await clip.frame(frameIndex(20));
    const decoded = await picturesDecoded(async () => {
      for (let index = 19; index >= 0; index--) await clip.frame(frameIndex(index));
    });
    expect(decoded).toBe(0);
  });

  it('steps forward with the decoder it has', async () => {
    const clip = await open('b-frames.mp4');
    // Only decoders made from now on are counted; the one made while opening goes on.
    const decoded = await picturesDecoded(async () => {
      for (let index = 1; index < 60; index++) await clip.frame(frameIndex(index));
    });
    expect(decoded).toBe(0);
  });

  it('keeps no more bytes than it may, and is exact all the same', async () => {
    const clip = await open('b-frames.mp4', 3 * FRAME_BYTES);
    for (const index of [0, 30, 29, 28, 27, 59, 0, 31]) {
      expect(await numberAt(clip, index)).toBe(index);
    }
  });
});

describe('several readers', () => {
  it('serves interleaved readers exactly', async () => {
    const clip = await open('b-frames.mp4', 2 * FRAME_BYTES);
    const reader = async (start: number, step: number) => {
      const wrong: number[] = [];
      for (let i = 0; i < 15; i++) {
        const index = (start + i * step + 60) % 60;
        if ((await numberAt(clip, index)) !== index) wrong.push(index);
      }
      return wrong;
    };
    const results = await Promise.all([
      reader(0, 1),
      reader(30, 1),
      reader(59, -1),
      reader(5, 17),
      reader(40, 3),
    ]);
    expect(results).toEqual([[], [], [], [], []]);
  });

  it('decodes a frame that two readers want at the same time once', async () => {
    const clip = await open('b-frames.mp4');
    const [a, b] = await Promise.all([clip.frame(frameIndex(15)), clip.frame(frameIndex(15))]);
    expect(a).toBe(b);
  });
});

describe('reading in passing', () => {
  const atOnce = () => Promise.resolve();
  const signal = new AbortController().signal;

  async function numbersOf(reader: PassingReader, indexes: readonly number[]) {
    const numbers: number[] = [];
    for (const index of indexes) {
      const frame = await reader.frame(frameIndex(index));
      numbers.push(burntNumber(uprightPixels(frame, frameIndex(index))));
    }
    return numbers;
  }

  it.each(['b-frames.mp4', 'open-gop.mp4', 'no-ctts.mp4', 'vp8-hidden-frames.webm'])(
    'is exact in any order: %s',
    async (name) => {
      const clip = await open(name);
      using reader = clip.readInPassing({ signal, whenFree: atOnce });
      const indexes = [3, 4, 11, 29, 30, 58, 59, 2, 40];
      expect(await numbersOf(reader, indexes)).toEqual(indexes);
    },
  );

  it('goes through the clip once', async () => {
    const clip = await open('b-frames.mp4');
    const indexes = Array.from({ length: 20 }, (_, i) => i * 3);
    const decoded = await picturesDecoded(async () => {
      using reader = clip.readInPassing({ signal, whenFree: atOnce });
      expect(await numbersOf(reader, indexes)).toEqual(indexes);
    });
    expect(decoded).toBeGreaterThanOrEqual(19);
    // A decoder that is left for a key frame further on has begun some pictures more.
    expect(decoded).toBeLessThanOrEqual(60 + 16);
  });

  it('leaves cache and decoders to those who use the clip', async () => {
    const clip = await open('b-frames.mp4', 3 * FRAME_BYTES);
    const kept = await clip.frame(frameIndex(0));
    await clip.frame(frameIndex(1));
    using reader = clip.readInPassing({ signal, whenFree: atOnce });
    await numbersOf(reader, [5, 20, 45, 59]);
    expect(await clip.frame(frameIndex(0))).toBe(kept);
    const decoded = await picturesDecoded(async () => {
      for (let index = 2; index < 20; index++) await clip.frame(frameIndex(index));
    });
    expect(decoded).toBe(0);
  });

  it('gives what is in the cache without decoding', async () => {
    const clip = await open('b-frames.mp4');
    const frames = [await clip.frame(frameIndex(8)), await clip.frame(frameIndex(30))];
    const decoded = await picturesDecoded(async () => {
      using reader = clip.readInPassing({ signal, whenFree: atOnce });
      expect(await reader.frame(frameIndex(8))).toBe(frames[0]);
      expect(await reader.frame(frameIndex(30))).toBe(frames[1]);
    });
    expect(decoded).toBe(0);
  });

  it('stands still between pictures until it may go on', async () => {
    const clip = await open('b-frames.mp4');
    let asked = 0;
    let letGo: () => void = () => undefined;
    const whenFree = () => {
      asked++;
      return asked < 5 ? Promise.resolve() : new Promise<void>((resolve) => (letGo = resolve));
    };
    using reader = clip.readInPassing({ signal, whenFree });
    let isThere = false;
    const frame = reader.frame(frameIndex(20)).then((found) => ((isThere = true), found));
    await expect.poll(() => asked).toBe(5);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([asked, isThere]).toEqual([5, false]);
    asked = -100;
    letGo();
    expect(burntNumber(uprightPixels(await frame, frameIndex(20)))).toBe(20);
  });

  it('ends with its signal, and with the clip', async () => {
    const clip = await open('b-frames.mp4');
    const stop = new AbortController();
    using reader = clip.readInPassing({ signal: stop.signal, whenFree: atOnce });
    const stale = reader.frame(frameIndex(59));
    stop.abort();
    await expect(stale).rejects.toMatchObject({ name: 'AbortError' });
    using other = clip.readInPassing({ signal, whenFree: atOnce });
    const pending = other.frame(frameIndex(59));
    clip[Symbol.dispose]();
    await expect(pending).rejects.toMatchObject({ code: 'session-disposed' });
  });
});

describe('cancelling', () => {
  it('rejects with the reason of the signal and goes on working', async () => {
    const clip = await open('b-frames.mp4');
    const stop = new AbortController();
    const stale = clip.frame(frameIndex(59), stop.signal);
    stop.abort();
    await expect(stale).rejects.toMatchObject({ name: 'AbortError' });
    expect(await numberAt(clip, 58)).toBe(58);
  });

  it('starts nothing for a signal that is aborted already', async () => {
    const clip = await open('b-frames.mp4');
    const signal = AbortSignal.abort();
    await expect(clip.frame(frameIndex(3), signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('cancels one of two readers without harm to the other', async () => {
    const clip = await open('b-frames.mp4');
    const stop = new AbortController();
    const stale = clip.frame(frameIndex(50), stop.signal);
    const wanted = numberAt(clip, 51);
    stop.abort();
    await expect(stale).rejects.toMatchObject({ name: 'AbortError' });
    expect(await wanted).toBe(51);
  });

  it('rejects what is under way when the clip is closed', async () => {
    const clip = await open('b-frames.mp4');
    const pending = clip.frame(frameIndex(59));
    clip[Symbol.dispose]();
    await expect(pending).rejects.toMatchObject({ code: 'session-disposed' });
    await expect(clip.frame(frameIndex(0))).rejects.toMatchObject({ code: 'session-disposed' });
  });
});

/** A file that counts what is read of it. */
class CountingFile extends File {
  bytesRead = 0;

  override slice(start?: number, end?: number): Blob {
    const part = super.slice(start, end);
    const count = (bytes: number) => (this.bytesRead += bytes);
    const stream = part.stream.bind(part);
    const arrayBuffer = part.arrayBuffer.bind(part);
    part.stream = () =>
      stream().pipeThrough(
        new TransformStream({
          transform: (chunk: Uint8Array<ArrayBuffer>, controller) => {
            count(chunk.length);
            controller.enqueue(chunk);
          },
        }),
      );
    part.arrayBuffer = async () => {
      const buffer = await arrayBuffer();
      count(buffer.byteLength);
      return buffer;
    };
    return part;
  }
}

/** The clip with `bytes` of nothing before its content, and its index after it. */
async function pushedApart(clip: File, bytes: number): Promise<CountingFile> {
  const data = new Uint8Array(await clip.arrayBuffer());
  const view = new DataView(data.buffer);
  const typeEnd = view.getUint32(0);
  const text = new TextDecoder('latin1').decode(data);
  const table = text.indexOf('stco');
  const entries = view.getUint32(table + 8);
  for (let i = 0; i < entries; i++) {
    const at = table + 12 + 4 * i;
    view.setUint32(at, view.getUint32(at) + bytes);
  }
  const header = new DataView(new ArrayBuffer(8));
  header.setUint32(0, bytes);
  header.setUint32(4, 0x66726565);
  const megabyte = new Blob([new Uint8Array(1 << 20)]);
  const padding = Array.from({ length: (bytes >> 20) - 1 }, () => megabyte);
  const rest = new Uint8Array((1 << 20) - 8);
  const parts = [data.slice(0, typeEnd), header, ...padding, rest, data.slice(typeEnd)];
  return new CountingFile(parts, clip.name);
}

describe('reading', () => {
  it('opens and seeks in a large file by its index', async () => {
    const file = await pushedApart(await fixture('b-frames.mp4'), 512 << 20);
    expect(file.size).toBeGreaterThan(512 << 20);
    source = await openVideo(file);
    expect(await numberAt(source, 59)).toBe(59);
    expect(await numberAt(source, 24)).toBe(24);
    expect(file.bytesRead).toBeGreaterThan(8000);
    expect(file.bytesRead).toBeLessThan(16 << 20);
  });
});
