import { describe, expect, it } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { renderVideo, type VideoJob, type VideoTask } from '../../../src/render/render-video.ts';
import { boxMask, buildVideo } from '../../helpers/export-fakes.ts';
import { seededBytes } from '../../helpers/seeded-random.ts';

const VIDEO = buildVideo({ width: 320, height: 240, frameCount: 40 });

const JOB: VideoJob = {
  video: VIDEO,
  objects: [{ id: objectId(1), name: 'cup', color: '#ff0000' }],
  format: {
    kind: 'video',
    container: 'mp4',
    hasSound: true,
    look: { kind: 'overlay', fillOpacity: 0.5, outlineAt720: 2 },
    first: frameIndex(0),
    last: frameIndex(39),
  },
};

const LONG_FRAMES = 600;

/** A video of several blocks. */
function longJob(): VideoJob {
  const timestampsUs = Float64Array.from({ length: LONG_FRAMES }, (_, i) => i * 40_000);
  const video = buildVideo({ ...VIDEO, frameCount: LONG_FRAMES, timestampsUs });
  return { ...JOB, video, format: { ...JOB.format, last: frameIndex(LONG_FRAMES - 1) } };
}

type NoiseMedia = VideoTask['media'];

/** Frames of noise, which no encoder makes small; counts those that are open. */
class NoisePort implements NoiseMedia {
  openPictures = 0;
  maxOpenPictures = 0;
  asked = 0;
  failure: { readonly frame: number; readonly error: Error } | undefined;

  async framePicture(frame: number): Promise<VideoFrame> {
    this.asked++;
    if (this.failure?.frame === frame) throw this.failure.error;
    const { width, height } = VIDEO;
    const rgba = seededBytes(frame + 1, width * height * 4);
    const init = { codedWidth: width, codedHeight: height, timestamp: 0 };
    const picture = new VideoFrame(rgba, { ...init, format: 'RGBX' });
    this.maxOpenPictures = Math.max(this.maxOpenPictures, ++this.openPictures);
    const close = picture.close.bind(picture);
    picture.close = () => {
      this.openPictures--;
      close();
    };
    return picture;
  }

  async clipFile(): Promise<undefined> {
    return undefined;
  }

  async framePixels(): Promise<never> {
    throw new Error('an overlay reads no pixels');
  }

  async masksOfFrames(frame: number) {
    const mask = boxMask(VIDEO, [frame, 20, frame + 50, 90]);
    return [{ objectId: objectId(1), frame: frameIndex(frame), mask }];
  }
}

function buildTask(changes: Partial<VideoTask> = {}): VideoTask & { readonly port: NoisePort } {
  const port = new NoisePort();
  return {
    port,
    media: port,
    sink: { writeAt: async () => {} },
    signal: new AbortController().signal,
    onProgress: () => {},
    ...changes,
  };
}

describe('making a video', () => {
  it('holds two frames at a time and closes each', async () => {
    const task = buildTask();
    expect(await renderVideo(JOB, task)).toEqual({ frames: 40, codec: 'H.264' });
    expect(task.port.asked).toBe(40);
    expect(task.port.maxOpenPictures).toBeLessThanOrEqual(2);
    expect(task.port.openPictures).toBe(0);
  });

  it('waits for a slow disk instead of collecting pictures', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const task = buildTask({ sink: { writeAt: () => held } });
    const made = renderVideo(longJob(), task);
    await expect.poll(() => task.port.asked).toBeGreaterThan(0);
    let before = 0;
    while (before !== task.port.asked) {
      before = task.port.asked;
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    expect(before).toBeLessThan(LONG_FRAMES);
    release();
    expect(await made).toMatchObject({ frames: LONG_FRAMES });
  });

  it.each([0, 1])('passes on a full disk as it is, from write %i on', async (fromWrite) => {
    const error = new StudioError('storage-full', 'There is no room left.', { hint: 'Free some.' });
    let writes = 0;
    const writeAt = async () => {
      if (writes++ >= fromWrite) throw error;
    };
    const task = buildTask({ sink: { writeAt } });
    await expect(renderVideo(longJob(), task)).rejects.toBe(error);
    expect(task.port.asked).toBeLessThan(LONG_FRAMES);
    await expect.poll(() => task.port.openPictures).toBe(0);
  });

  it('passes on a frame that cannot be decoded, and stops there', async () => {
    const error = new StudioError('video-decode-failed', 'Frame 7 cannot be decoded.');
    const task = buildTask();
    task.port.failure = { frame: 7, error };
    await expect(renderVideo(JOB, task)).rejects.toBe(error);
    expect(task.port.asked).toBe(8);
    await expect.poll(() => task.port.openPictures).toBe(0);
  });

  it('stops with the signal’s reason and closes the frame asked for ahead', async () => {
    const controller = new AbortController();
    const reason = new DOMException('enough', 'AbortError');
    const task = buildTask({
      signal: controller.signal,
      onProgress: ({ framesDone }) => framesDone === 4 && controller.abort(reason),
    });
    await expect(renderVideo(JOB, task)).rejects.toBe(reason);
    expect(task.port.asked).toBeLessThanOrEqual(6);
    await expect.poll(() => task.port.openPictures).toBe(0);
  });

  it('needs frames of the clip', async () => {
    const format = { ...JOB.format, last: frameIndex(40) };
    await expect(renderVideo({ ...JOB, format }, buildTask())).rejects.toThrow(
      'frames of the clip',
    );
  });
});
