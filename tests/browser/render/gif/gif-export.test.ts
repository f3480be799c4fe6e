import { proxy } from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { decodeRle } from '../../../../src/core/rle.ts';
import type { ExportProgress } from '../../../../src/protocol/export-api.ts';
import type { GifFormat } from '../../../../src/protocol/export-format.ts';
import { buildRequest } from '../../../helpers/export-fakes.ts';
import { burntNumber } from '../../media/clips.ts';
import { LabShelf, putWalkingMasks, walkingMask, type ExportLab } from '../export-lab.ts';
import { readGif, type GifPicture } from './read-gif.ts';

const PLAIN = { kind: 'overlay', fillOpacity: 0, outlineAt720: 0 } as const;

const shelf = new LabShelf();
afterEach(() => shelf[Symbol.dispose]());

async function open(name: string): Promise<ExportLab> {
  const lab = await shelf.open(name);
  await putWalkingMasks(lab);
  return lab;
}

async function exportGif(
  { exporter, info }: ExportLab,
  changes: Partial<GifFormat>,
  onProgress: (progress: ExportProgress) => void = () => {},
) {
  const format: GifFormat = {
    kind: 'gif',
    look: PLAIN,
    first: frameIndex(0),
    last: frameIndex(info.frameCount - 1),
    maxSidePx: 320,
    framesPerSecond: 10,
    ...changes,
  };
  const request = buildRequest({ video: info, format });
  const outcome = await exporter.exportFile(request, { kind: 'download' }, proxy(onProgress));
  return { ...outcome, file: outcome.file ?? new File([], 'none') };
}

const numberOf = (picture: GifPicture) => burntNumber({ ...picture, frame: frameIndex(0) });

describe('an exported GIF', () => {
  it('has the frames of its clock, for as long as the clip', async () => {
    const lab = await open('b-frames.mp4');
    const progress: number[] = [];
    const { file, frames, bytes } = await exportGif(lab, {}, ({ framesDone, framesTotal }) =>
      progress.push(framesDone / framesTotal),
    );
    const { pictures } = await readGif(file);
    expect([frames, pictures.length, bytes]).toEqual([24, 24, file.size]);
    expect(progress.at(-1)).toBe(1);
    // 25 frames a second, 10 pictures a second: at 0.1 s frame 2 is on screen, at 0.2 s frame 5.
    expect(pictures.map(numberOf)).toEqual(pictures.map((_, i) => Math.floor(i * 2.5)));
    expect(pictures.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(2400);
  });

  it('is small, of a range, with the masks in place', async () => {
    const lab = await open('b-frames.mp4');
    const { file } = await exportGif(lab, {
      look: { kind: 'matte' },
      first: frameIndex(10),
      last: frameIndex(17),
      framesPerSecond: 15,
    });
    const { pictures } = await readGif(file);
    const shown = pictures.map((_, i) => 10 + Math.floor((i * 25) / 15 + 0.025));
    expect(pictures.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(320);
    for (const [i, { rgba }] of pictures.entries()) {
      const mask = decodeRle(walkingMask(lab.info, shown[i] ?? 0)).data;
      const wrong = mask.filter((pixel, at) => (rgba[at * 4] ?? 0) > 127 !== (pixel === 1));
      expect(wrong.length, `picture ${i}`).toBe(0);
    }
    const small = await exportGif(lab, { maxSidePx: 96, last: frameIndex(3) });
    const [first] = (await readGif(small.file)).pictures;
    expect([first?.width, first?.height]).toEqual([96, 56]);
  });

  it('of a cut-out on nothing is see-through, and nothing of the picture before is left', async () => {
    const lab = await open('b-frames.mp4');
    const { file } = await exportGif(lab, { look: { kind: 'cut-out' }, last: frameIndex(9) });
    const { pictures } = await readGif(file);
    const shown = [0, 2, 5, 7];
    for (const [i, { rgba }] of pictures.entries()) {
      const mask = decodeRle(walkingMask(lab.info, shown[i] ?? 0)).data;
      const wrong = mask.filter((pixel, at) => (rgba[at * 4 + 3] ?? 0) > 127 !== (pixel === 1));
      expect(wrong.length, `picture ${i}`).toBe(0);
    }
  });

  it('is cancelled between two pictures and leaves no file', async () => {
    const lab = await open('b-frames.mp4');
    let done = 0;
    const exported = exportGif(lab, {}, ({ framesDone }) => {
      done = framesDone;
      if (framesDone === 3) void lab.exporter.cancel();
    });
    await expect(exported).rejects.toMatchObject({ name: 'AbortError' });
    expect(done).toBeLessThan(23);
  });
});
