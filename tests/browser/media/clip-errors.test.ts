import { describe, expect, it } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { frameIndex } from '../../../src/core/ids.ts';
import { openMedia } from '../../../src/media/open-media.ts';
import { fixture } from './clips.ts';

async function failureOf(task: Promise<unknown>): Promise<StudioError> {
  const error: unknown = await task.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StudioError) return error;
  throw new Error(`expected a StudioError, got ${String(error)}`, { cause: error });
}

function openFile(file: File) {
  return openMedia({ kind: 'file', file });
}

describe('files that are no clip', () => {
  it('names the codec that cannot be decoded, and the commands that help', async () => {
    const error = await failureOf(openFile(await fixture('hevc.mp4')));
    expect(error.code).toBe('video-unsupported');
    expect(error.message).toMatch(/hevc\.mp4 \(HEVC, hev1\./);
    expect(error.hint).toContain('ffmpeg -i "hevc.mp4" -c:v libx264');
    expect(error.hint).toContain('-fps_mode passthrough');
    expect(error.hint).toContain('frames/%06d.jpg');
  });

  it('a text file', async () => {
    const error = await failureOf(openFile(new File(['not a video\n'], 'notes.txt')));
    expect(error.code).toBe('file-invalid');
    expect(error.message).toMatch(/notes\.txt is not a clip/);
    expect(error.hint).toContain('ffmpeg -i "notes.txt"');
  });

  it('no bytes at all', async () => {
    const error = await failureOf(openFile(new File([], 'empty.mp4')));
    expect(error.code).toBe('file-invalid');
    expect(error.message).toBe('empty.mp4 is empty (0 bytes).');
  });

  it('sound only', async () => {
    const error = await failureOf(openFile(await fixture('audio-only.m4a')));
    expect(error.code).toBe('video-unsupported');
    expect(error.message).toBe('audio-only.m4a has no video track.');
  });
});

describe('damaged videos', () => {
  it('without the index at the end', async () => {
    const clip = await fixture('b-frames.mp4');
    const cut = new File([clip.slice(0, clip.size / 2)], 'cut.mp4');
    const error = await failureOf(openFile(cut));
    expect(error.code).toBe('file-invalid');
    expect(error.message).toContain('cut.mp4');
    expect(error.hint).toContain('ffmpeg -i "cut.mp4"');
  });

  it('with the index in front but not all of the content', async () => {
    const clip = await fixture('index-first.mp4');
    const cut = new File([clip.slice(0, clip.size - 400)], 'cut.mp4');
    const error = await failureOf(openFile(cut));
    expect(error.code).toBe('file-invalid');
    expect(error.message).toMatch(/cut\.mp4 is cut short/);
    expect(error.hint).toContain('ffmpeg -i "cut.mp4"');
  });

  it('with rubbish in place of the pictures', async () => {
    const clip = await fixture('index-first.mp4');
    const bytes = new Uint8Array(await clip.arrayBuffer());
    const content = new TextDecoder('latin1').decode(bytes).indexOf('mdat') + 4;
    for (let i = content; i < bytes.length; i++) bytes[i] = (i * 89 + 7) & 255;
    const error = await failureOf(openFile(new File([bytes], 'rubbish.mp4')));
    expect(['video-decode-failed', 'file-invalid']).toContain(error.code);
    expect(error.message).toContain('rubbish.mp4');
  });

  it('in the middle: the frames before the damage can be seen', async () => {
    const clip = await fixture('index-first.mp4');
    const bytes = new Uint8Array(await clip.arrayBuffer());
    bytes.fill(0xff, bytes.length - 1200);
    const source = await openFile(new File([bytes], 'scratched.mp4'));
    await source.frame(frameIndex(10));
    const error = await failureOf(source.frame(frameIndex(source.info.frameCount - 1)));
    expect(error.code).toBe('video-decode-failed');
    expect(error.message).toMatch(/Frame 59 of scratched\.mp4 cannot be decoded/);
    await source.frame(frameIndex(11));
    source[Symbol.dispose]();
  });
});
