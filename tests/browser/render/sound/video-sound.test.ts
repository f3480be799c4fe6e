import type { EncodedPacket } from 'mediabunny';
import { afterEach, describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import type { VideoLook } from '../../../../src/protocol/export-format.ts';
import { coffeeFrames, fixture } from '../../media/clips.ts';
import { exportVideo, LabShelf, type ExportLab } from '../export-lab.ts';
import { readVideo } from '../read-video.ts';
import { readSound } from './read-sound.ts';

const MATTE: VideoLook = { kind: 'matte' };
/** Of AAC at 48 kHz; packets of Opus are shorter. */
const AUDIO_FRAME_SECONDS = 1024 / 48_000;

const shelf = new LabShelf();
afterEach(() => shelf[Symbol.dispose]());

async function soundOf(file: Blob) {
  const sound = await readSound(file);
  if (sound === undefined) throw new Error('the file has no sound');
  return sound;
}

/** What the studio says beforehand of the sound of such a file. */
function planOf({ exporter, info }: ExportLab, container: 'mp4' | 'webm') {
  const size = { width: info.width, height: info.height };
  return exporter.videoEncoding({ size, look: MATTE, container }).then(({ sound }) => sound);
}

function hexOf({ data }: EncodedPacket): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function expectBeeps(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, seconds] of found.entries()) {
    expect(Math.abs(seconds - (wanted[i] ?? 0)), `beep ${i}`).toBeLessThan(AUDIO_FRAME_SECONDS);
  }
}

describe('the sound of an exported video', () => {
  it.each([
    ['sound-aac.mp4', 'mp4', 'AAC'],
    ['sound-opus.webm', 'webm', 'Opus'],
    ['sound-opus.webm', 'mp4', 'Opus'],
  ] as const)('of %s is copied into %s, byte for byte', async (name, container, codec) => {
    const lab = await shelf.open(name);
    expect(await planOf(lab, container)).toEqual({ kind: 'copied', codec });
    const outcome = await exportVideo(lab, { format: { look: MATTE, container } });
    expect(outcome.soundCodec).toBe(codec);
    const before = await soundOf(await fixture(name));
    const after = await soundOf(outcome.file);
    const start = (lab.info.timestampsUs[0] ?? 0) / 1e6;
    // WebM has no room for what a decoder hears before time 0.
    const kept = before.packets.filter(
      ({ timestamp }) => container === 'mp4' || timestamp >= start,
    );
    expect(before.packets.length - kept.length).toBeLessThanOrEqual(1);
    expect(after.packets.map(hexOf)).toEqual(kept.map(hexOf));
    for (const [i, { timestamp }] of after.packets.entries()) {
      const wanted = (kept[i]?.timestamp ?? 0) - start;
      expect(Math.abs(timestamp - wanted)).toBeLessThanOrEqual(0.001);
    }
    expectBeeps(after.beepsSeconds, [0, 1, 2]);
    expect((await readVideo(outcome.file)).pictures).toHaveLength(60);
  });

  it.each([
    ['sound-aac.mp4', 'webm', 'AAC'],
    ['sound-pcm.mov', 'mp4', 'PCM'],
    ['sound-pcm.mov', 'webm', 'PCM'],
  ] as const)('of %s is encoded again for %s', async (name, container, from) => {
    const lab = await shelf.open(name);
    const plan = await planOf(lab, container);
    expect(plan).toEqual({ kind: 'encoded', from, codec: expect.stringMatching(/^(AAC|Opus)$/) });
    const { file, soundCodec } = await exportVideo(lab, { format: { look: MATTE, container } });
    expect(soundCodec).toBe(plan.kind === 'encoded' ? plan.codec : '');
    const { beepsSeconds, endSeconds } = await soundOf(file);
    expectBeeps(beepsSeconds, [0, 1, 2]);
    expect(Math.abs(endSeconds - 2.4)).toBeLessThan(2 * AUDIO_FRAME_SECONDS);
  });

  it.each([
    ['sound-aac.mp4', 'mp4'],
    ['sound-aac.mp4', 'webm'],
    ['sound-opus.webm', 'mp4'],
    ['sound-opus.webm', 'webm'],
  ] as const)('of a range of %s in %s begins and ends with it', async (name, container) => {
    const lab = await shelf.open(name);
    // Frames 20 to 54: 0.8 to 2.2 s of the clip, with the tones of seconds 1 and 2.
    const range = { first: frameIndex(20), last: frameIndex(54) };
    const { file } = await exportVideo(lab, { format: { look: MATTE, container, ...range } });
    const { packets, beepsSeconds, endSeconds } = await soundOf(file);
    const start = (lab.info.timestampsUs[20] ?? 0) / 1e6;
    expectBeeps(beepsSeconds, [1 - start, 2 - start]);
    const heard = packets.filter(({ timestamp, duration }) => timestamp + duration > 0.001);
    expect(Math.abs(heard[0]?.timestamp ?? 9)).toBeLessThan(AUDIO_FRAME_SECONDS);
    expect(packets.length - heard.length).toBeLessThanOrEqual(1);
    expect(Math.abs(endSeconds - 1.4)).toBeLessThan(2 * AUDIO_FRAME_SECONDS);
  });

  it('may begin late, and is left out of a range that it does not reach', async () => {
    const lab = await shelf.open('sound-late.mp4');
    for (const container of ['mp4', 'webm'] as const) {
      const { file } = await exportVideo(lab, { format: { look: MATTE, container } });
      const { packets, beepsSeconds } = await soundOf(file);
      expectBeeps(beepsSeconds, [1.01, 2.01]);
      const first = packets.find(({ timestamp, duration }) => timestamp + duration > 1.01);
      expect(Math.abs((first?.timestamp ?? 0) - 1.01)).toBeLessThan(2 * AUDIO_FRAME_SECONDS);
      const silent = await exportVideo(lab, {
        format: { look: MATTE, container, last: frameIndex(10) },
      });
      expect(silent.soundCodec).toBeUndefined();
      expect(await readSound(silent.file)).toBeUndefined();
    }
  });

  it('is left out where this browser cannot decode what the file does not hold, and says so', async () => {
    const lab = await shelf.open('sound-ac3.mp4');
    expect(await planOf(lab, 'mp4')).toEqual({ kind: 'copied', codec: 'AC-3' });
    expect(await planOf(lab, 'webm')).toEqual({
      kind: 'left-out',
      from: 'AC-3',
      missing: 'decoder',
    });
    const webm = await exportVideo(lab, { format: { look: MATTE, container: 'webm' } });
    expect(webm.soundCodec).toBeUndefined();
    expect(await readSound(webm.file)).toBeUndefined();
    const mp4 = await exportVideo(lab, { format: { look: MATTE } });
    expect((await soundOf(mp4.file)).codec).toBe('ac3');
  });

  it('is left out where it is not wanted', async () => {
    const lab = await shelf.open('sound-aac.mp4');
    const { file } = await exportVideo(lab, { format: { look: MATTE, hasSound: false } });
    expect(await readSound(file)).toBeUndefined();
  });

  it('is none where the clip has none, or is pictures', async () => {
    expect(await planOf(await shelf.open('b-frames.mp4'), 'mp4')).toEqual({ kind: 'none' });
    const files = await coffeeFrames();
    const picture = await fixture('photo.jpg');
    const pictures = await shelf.open({
      kind: 'folder',
      name: 'coffee',
      files: files.length > 0 ? files.slice(0, 2) : [picture],
    });
    expect(await planOf(pictures, 'webm')).toEqual({ kind: 'none' });
  });
});
