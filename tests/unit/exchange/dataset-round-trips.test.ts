import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle, rleArea, rleToString, type MaskRle } from '../../../src/core/rle.ts';
import { resizeMask } from '../../../src/core/nearest-resizer.ts';
import type { MaskFormatKind } from '../../../src/exchange/export-masks.ts';
import type { VideoInfo, FrameMask } from '../../../src/protocol/media-api.ts';
import { buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { exported, pixelsOf, VIDEO, writeDataset } from '../../helpers/dataset-exports.ts';
import { importMasksOf, openTruth } from '../../helpers/open-truth.ts';

/** Objects with masks on frames; an object that is nowhere is written by some formats alone. */
interface Work {
  readonly video: VideoInfo;
  readonly names: readonly string[];
  readonly masks: readonly FrameMask[];
}

/** Masks may overlap in all of them; `youtube-vos` holds one object a pixel. */
const FORMATS: readonly [MaskFormatKind, string][] = [
  ['coco', 'clip_coco.json'],
  ['youtube-vis', 'clip_vis.json'],
  ['sav', 'blackswan_manual.json'],
  ['object-png-zip', 'objects.zip'],
];

const sizes = fc.record({
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
});

const works: fc.Arbitrary<Work> = fc
  .record({
    size: sizes,
    frameCount: fc.integer({ min: 1, max: 6 }),
    names: fc.array(fc.constantFrom('swan', 'reed', 'Schilf 蘆', '"quoted\\"'), {
      minLength: 1,
      maxLength: 4,
    }),
    isFolder: fc.boolean(),
  })
  .chain(({ size, frameCount, names, isFolder }) => {
    const frameNames = Array.from({ length: frameCount }, (_, at) => `shot_${at * 7}.jpg`);
    const video = buildVideo({
      ...size,
      frameCount,
      ...(isFolder ? { kind: 'frames', name: 'blackswan', frameNames } : {}),
    });
    const cells = names.flatMap((_, object) =>
      Array.from({ length: frameCount }, (__, frame) => ({ object, frame })),
    );
    const masks = fc
      .tuple(
        ...cells.map(({ object, frame }) =>
          fc
            .uint8Array({
              minLength: size.width * size.height,
              maxLength: size.width * size.height,
              max: 1,
            })
            .map((data): FrameMask => ({
              objectId: objectId(object + 1),
              frame: frameIndex(frame),
              mask: encodeRle({ ...size, data }),
            })),
        ),
      )
      // An object that is seen nowhere leaves no trace in COCO.
      .filter((all) =>
        names.every((_, at) => all.some((one) => one.objectId === at + 1 && rleArea(one.mask) > 0)),
      );
    return masks.map((all) => ({ video, names, masks: all }));
  });

/** Counts by object and frame. */
function table(
  masks: Iterable<{ readonly objectId: number; readonly frame: number; readonly mask: MaskRle }>,
) {
  return Object.fromEntries(
    [...masks].map(({ objectId: id, frame, mask }) => [`${id}/${frame}`, rleToString(mask)]),
  );
}

function namesRead(kind: MaskFormatKind, names: readonly string[]): readonly string[] {
  return kind === 'object-png-zip' ? names.map((_, at) => `Object ${at + 1}`) : names;
}

describe.each(FORMATS)('%s', (kind, name) => {
  test('what is written comes back as masks: pixels, frames, ids and names', async () => {
    await fc.assert(
      fc.asyncProperty(works, async ({ video, names, masks }) => {
        const content = await writeDataset(kind, { video, names, masks });
        const media = new FakeMediaPort();
        const outcome = await importMasksOf({ content, name, video, media });
        expect(table(media.puts.flat())).toEqual(table(masks));
        expect(outcome.objects.map(({ name: object }) => object)).toEqual(namesRead(kind, names));
        expect(outcome.notices).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test('and as ground truth', async () => {
    await fc.assert(
      fc.asyncProperty(works, async ({ video, names, masks }) => {
        const content = await writeDataset(kind, { video, names, masks });
        const media = new FakeMediaPort();
        const { sequences, kind: read } = await openTruth({
          files: { [name]: content },
          video,
          media,
        });
        expect(read).toBe('masks');
        const [sequence, ...others] = sequences;
        expect(others).toEqual([]);
        expect(sequence?.objects.map((one) => one.name)).toEqual(namesRead(kind, names));
        expect(sequence?.frames.map(({ frame }) => frame)).toEqual(
          Array.from({ length: video.frameCount }, (_, at) => at),
        );
        const truth = media.truth.flatMap(({ frame, masks: own }) =>
          own.map(({ truthId, mask }) => ({ objectId: truthId, frame, mask })),
        );
        expect(table(truth)).toEqual(table(masks.filter(({ mask }) => rleArea(mask) > 0)));
        expect(sequence?.frames.map(({ truthIds }) => truthIds)).toEqual(
          Array.from({ length: video.frameCount }, (_, at) =>
            masks
              .filter(({ frame, mask }) => frame === at && rleArea(mask) > 0)
              .map(({ objectId: id }) => id as number)
              .sort((a, b) => a - b),
          ),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('on a clip of another resolution masks are resized, of another shape refused', async () => {
    const video = buildVideo({ width: 24, height: 16, frameCount: 2 });
    const masks = [0, 1].map((frame) => ({
      objectId: objectId(1),
      frame: frameIndex(frame),
      mask: encodeRle({
        width: 24,
        height: 16,
        data: Uint8Array.from({ length: 24 * 16 }, (_, at) => ((at * (frame + 3)) % 7 < 3 ? 1 : 0)),
      }),
    }));
    const content = await writeDataset(kind, { video, names: ['a'], masks });
    const media = new FakeMediaPort();
    const larger = { ...video, width: 60, height: 40 };
    const { notices } = await importMasksOf({ content, name, video: larger, media });
    expect(table(media.puts.flat())).toEqual(
      table(masks.map((one) => ({ ...one, mask: resizeMask(one.mask, larger) }))),
    );
    expect(notices).toEqual([expect.stringContaining('were resized to the clip’s 60 × 40')]);
    const untouched = new FakeMediaPort();
    const square = { ...video, width: 40, height: 40 };
    await expect(
      importMasksOf({ content, name, video: square, media: untouched }),
    ).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('another shape'),
    });
    expect(untouched.puts).toEqual([]);
  });
});

test('YouTube-VOS comes back with the categories of meta.json, as masks and as ground truth', async () => {
  const video = buildVideo({ frameCount: 2 });
  const mask = (x: number) =>
    encodeRle({
      ...video,
      data: Uint8Array.from({ length: 24 * 16 }, (_, at) => Number(at % 24 === x)),
    });
  const masks = [0, 1].flatMap((frame) =>
    [1, 2].map((id) => ({
      objectId: objectId(id),
      frame: frameIndex(frame),
      mask: mask(id + frame),
    })),
  );
  const content = await writeDataset('youtube-vos', { video, names: ['duck', 'duck'], masks });
  const media = new FakeMediaPort();
  const outcome = await importMasksOf({ content, name: 'vos.zip', video, media });
  expect(outcome.objects.map(({ name }) => name)).toEqual(['duck', 'duck']);
  expect(table(media.puts.flat())).toEqual(table(masks));
  const { sequences } = await openTruth({ files: { 'vos.zip': content }, video });
  expect(sequences.map(({ objects }) => objects)).toEqual([
    [
      { truthId: 1, name: 'duck' },
      { truthId: 2, name: 'duck' },
    ],
  ]);
});

test('cut-outs come back as one object: what is not transparent, on a frame without a hole too', async () => {
  const content = await exported('cut-out-png-zip');
  const media = new FakeMediaPort();
  const outcome = await importMasksOf({ content, name: 'cut-outs.zip', video: VIDEO, media });
  const frames = Array.from({ length: 5 }, (_, frame) => frame);
  const own = frames.map((frame) => {
    const [first, second] = [pixelsOf(1, frame), pixelsOf(2, frame)];
    const data = Uint8Array.from(first, (value, at) => value | (second[at] ?? 0));
    const { width, height } = VIDEO;
    return {
      objectId: objectId(1),
      frame: frameIndex(frame),
      mask: encodeRle({ width, height, data }),
    };
  });
  expect(own.some(({ mask }) => rleArea(mask) === VIDEO.width * VIDEO.height)).toBe(true);
  expect(table(media.puts.flat())).toEqual(table(own));
  expect(outcome.notices).toEqual(['Of cut-outs, object 1 is what is not transparent.']);
});
