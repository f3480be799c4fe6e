import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAbort } from '../../../src/core/errors.ts';
import type { Size } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle } from '../../../src/core/rle.ts';
import type { FrameMasks, IdPlane, MaskOverlap, ObjectMask } from '../../../src/core/scores.ts';
import { IndexedPngWriter } from '../../../src/formats/png-writer.ts';
import { readIndexPng } from '../../../src/formats/png-reader.ts';
import { FrameScorer } from '../../../src/scoring/frame-scorer.ts';
import { ScoreService } from '../../../src/scoring/score-service.ts';
import { plane } from '../../helpers/memory-mask-folder.ts';

const TRUTH = plane('110022', '110022', '000022', '033300');
const PREDICTION = plane('111022', '010222', '000022', '003300');

const TRACKED = {
  kind: 'tracked',
  frame: frameIndex(7),
  overlap: 'lowest-id-wins',
  width: 6,
  height: 4,
} as const;

function service(): ScoreService {
  return new ScoreService({
    readPng: async (file) =>
      readIndexPng(new Uint8Array(await file.arrayBuffer()), { maxPixels: 1000 }),
  });
}

function masksOf({ width, height, ids }: IdPlane): ObjectMask[] {
  return [1, 2, 3].map((objectId) => ({
    objectId,
    mask: encodeRle({ width, height, data: ids.map((id) => (id === objectId ? 1 : 0)) }),
  }));
}

function ids(image: IdPlane): FrameMasks {
  return { kind: 'ids', ...image };
}

function rle(masks: readonly ObjectMask[], overlap: MaskOverlap): FrameMasks {
  return { kind: 'rle', masks, overlap, width: 6, height: 4 };
}

async function png(image: IdPlane): Promise<FrameMasks> {
  const bytes = await new IndexedPngWriter(image).encode(image.ids);
  return { kind: 'png', file: new Blob([Uint8Array.from(bytes)]) };
}

const expected = new FrameScorer().count(TRUTH, PREDICTION);

test('every form of the same masks gives the same counts', async () => {
  const scorer = service();
  scorer.connectMedia({
    masksOfFrames: async (start, end) => {
      expect([start, end]).toEqual([7, 8]);
      return masksOf(PREDICTION);
    },
    truthMasks: async (sequence, frame) => {
      expect([sequence, frame]).toEqual(['made', 7]);
      return masksOf(TRUTH).map(({ objectId, mask }) => ({ truthId: objectId, mask }));
    },
  });
  const truths: FrameMasks[] = [
    ids(TRUTH),
    rle(masksOf(TRUTH), 'lowest-id-wins'),
    rle(masksOf(TRUTH), 'kept'),
    { kind: 'truth', sequence: 'made', frame: frameIndex(7), width: 6, height: 4 },
  ];
  const predictions: FrameMasks[] = [
    ids(PREDICTION),
    await png(PREDICTION),
    rle(masksOf(PREDICTION), 'lowest-id-wins'),
    rle(masksOf(PREDICTION), 'kept'),
    TRACKED,
    { ...TRACKED, overlap: 'kept' },
  ];
  const pairs = truths.flatMap((truth) =>
    predictions.map((prediction) => ({ name: truth.kind, truth, prediction })),
  );
  const frames = await scorer.scoreFrames(pairs);
  expect(frames).toHaveLength(truths.length * predictions.length);
  for (const { counts } of frames) expect(counts).toEqual(expected);
});

test('where masks overlap, either the lowest id has the pixel or each object does', async () => {
  const full = encodeRle({ width: 6, height: 4, data: new Uint8Array(24).fill(1) });
  const masks = [
    { objectId: 3, mask: full },
    { objectId: 1, mask: full },
  ];
  const [painted, kept] = await service().scoreFrames(
    (['lowest-id-wins', 'kept'] as const).map((overlap) => ({
      name: overlap,
      truth: ids(TRUTH),
      prediction: rle(masks, overlap),
    })),
  );
  const pixels = (frame: typeof painted) =>
    frame?.counts.objects.map(({ objectId, predictionPixels }) => [objectId, predictionPixels]);
  expect(pixels(painted)).toEqual([
    [1, 24],
    [2, 0],
    [3, 0],
  ]);
  expect(pixels(kept)).toEqual([
    [1, 24],
    [2, 0],
    [3, 24],
  ]);
});

test('void is left out where that is asked for, whatever form the masks have', async () => {
  const truth = { ...TRUTH, ids: TRUTH.ids.map((id) => (id === 2 ? 255 : id)) };
  const prediction = masksOf(PREDICTION);
  const frames = await service().scoreFrames(
    (['lowest-id-wins', 'kept'] as const).map((overlap) => ({
      name: overlap,
      truth: ids(truth),
      prediction: rle(prediction, overlap),
      ignoresVoid: true,
    })),
  );
  const plain = new FrameScorer().count(truth, PREDICTION, { ignoresVoid: true });
  for (const { counts } of frames) expect(counts).toEqual(plain);
});

describe('masks of a clip that has another size than the ground truth', () => {
  const side = fc.integer({ min: 1, max: 24 });
  const scenes = fc
    .record({
      clip: fc.record({ width: side, height: side }),
      truth: fc.record({ width: side, height: side }),
    })
    .chain(({ clip, truth }) => {
      const bytes = (size: Size, max: number) =>
        fc.uint8Array({
          minLength: size.width * size.height,
          maxLength: size.width * size.height,
          max,
        });
      return fc.record({
        clip: fc.constant(clip),
        truth: fc.record({
          width: fc.constant(truth.width),
          height: fc.constant(truth.height),
          ids: bytes(truth, 3),
        }),
        // Bits: objects that overlap.
        objects: bytes(clip, 7),
        overlap: fc.constantFrom('lowest-id-wins' as const, 'kept' as const),
      });
    });

  /** The user's objects 1 and 2 are the truth's 3 and 1; the user's third is compared to nothing. */
  const objects = [
    { objectId: objectId(1), truthId: 3 },
    { objectId: objectId(2), truthId: 1 },
  ];

  test('are those that OpenCV makes of them, each under its truth’s id', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async ({ clip, truth, objects: bits, overlap }) => {
        const scorer = service();
        const maskAt = (bit: number) =>
          encodeRle({ ...clip, data: bits.map((value) => (value >> bit) & 1) });
        scorer.connectMedia({
          masksOfFrames: async () =>
            [0, 1, 2].map((bit) => ({ objectId: bit + 1, mask: maskAt(bit) })),
          truthMasks: async () => [],
        });
        const { width, height } = truth;
        const tracked = {
          kind: 'tracked',
          frame: frameIndex(0),
          overlap,
          objects,
          width,
          height,
        } as const;
        const pixels = Array.from({ length: width * height }, (_, at) => {
          const x = Math.min(Math.floor((at % width) * (1 / (width / clip.width))), clip.width - 1);
          const y = Math.min(
            Math.floor(Math.floor(at / width) * (1 / (height / clip.height))),
            clip.height - 1,
          );
          return bits[y * clip.width + x] ?? 0;
        });
        const own = objects.map(({ objectId, truthId }) => ({
          objectId: truthId,
          mask: encodeRle({
            width,
            height,
            data: Uint8Array.from(pixels, (value) => (value >> (objectId - 1)) & 1),
          }),
        }));
        const expected = { kind: 'rle', masks: own, overlap, width, height } as const;
        const [seen, wanted] = await scorer.scoreFrames([
          { name: 'f', truth: ids(truth), prediction: tracked },
          { name: 'f', truth: ids(truth), prediction: expected },
        ]);
        expect(seen).toEqual(wanted);
      }),
    );
  });

  test('one object may stand for two of the ground truth', async () => {
    const scorer = service();
    scorer.connectMedia({
      masksOfFrames: async () => masksOf(PREDICTION).slice(0, 1),
      truthMasks: async () => [],
    });
    const both = [1, 2].map((truthId) => ({ objectId: objectId(1), truthId }));
    const prediction = { ...TRACKED, overlap: 'kept', objects: both } as const;
    const [frame] = await scorer.scoreFrames([{ name: 'f', truth: ids(TRUTH), prediction }]);
    const areas = frame?.counts.objects.map(({ predictionPixels }) => predictionPixels);
    expect(areas).toEqual([4, 4, 0]);
  });
});

describe('errors', () => {
  test('name the frame', async () => {
    const scoring = service().scoreFrames([
      { name: 'kitchen/00004.png', truth: ids(TRUTH), prediction: ids(plane('1')) },
    ]);
    await expect(scoring).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(/^kitchen\/00004\.png: The prediction has 1 × 1/),
    });
  });

  test('masks of another size than their frame are refused', async () => {
    const small = { objectId: 1, mask: encodeRle({ width: 1, height: 1, data: Uint8Array.of(1) }) };
    for (const overlap of ['lowest-id-wins', 'kept'] as const) {
      const pair = { name: 'f', truth: ids(TRUTH), prediction: rle([small], overlap) };
      await expect(service().scoreFrames([pair])).rejects.toThrow('A mask has 1 × 1');
    }
  });
});

test('reports counted frames under any protocol', async () => {
  const scorer = service();
  const pairs = ['0.png', '1.png', '2.png'].map((name) => ({
    name,
    truth: ids(TRUTH),
    prediction: ids(PREDICTION),
  }));
  const frames = await scorer.scoreFrames(pairs);
  const sequences = [{ name: 's', frames }];
  for (const protocol of ['visor', 'sav-all-frames'] as const) {
    const report = scorer.report({ protocol, setName: 'clip', sequences });
    expect(report?.overall.objectCount).toBe(3);
    expect(report?.objects[0]?.frames).toHaveLength(protocol === 'visor' ? 2 : 3);
  }
});

test('cancelling lets the frame under way end, and later calls begin anew', async () => {
  const scorer = service();
  let read = 0;
  scorer.connectMedia({
    masksOfFrames: async () => {
      if (++read === 3) scorer.cancel();
      return masksOf(PREDICTION);
    },
    truthMasks: async () => [],
  });
  const pairs = Array.from({ length: 50 }, (_, i) => ({
    name: `${i}`,
    truth: ids(TRUTH),
    prediction: TRACKED,
  }));
  const error: unknown = await scorer.scoreFrames(pairs).catch((error: unknown) => error);
  expect(isAbort(error)).toBe(true);
  expect(read).toBe(3);
  expect(await scorer.scoreFrames(pairs)).toHaveLength(50);
});
