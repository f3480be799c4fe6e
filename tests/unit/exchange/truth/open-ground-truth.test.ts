import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rleArea } from '../../../../src/core/rle.ts';
import type { TruthOutcome, TruthProgress } from '../../../../src/protocol/ground-truth-api.ts';
import { craftZip } from '../../../helpers/craft-zip.ts';
import { FakeMediaPort } from '../../../helpers/export-fakes.ts';
import { openTruth, visorClip, type FileContents } from '../../../helpers/open-truth.ts';
import { craftMask } from '../../../helpers/mask-files.ts';
import {
  buildAnnotation,
  buildDenseFrame,
  buildFrame,
  square,
  visorText,
} from '../../../helpers/visor-builders.ts';

const SIZE = { width: 6, height: 4 };

function show(...names: string[]): object[] {
  return names.map((name, at) => buildAnnotation(name, [square(100 + 300 * at, 100)]));
}

/** Two sequences of two frames each; `spoon` comes late and is no object by the first frame's rule. */
function twoSequences(): string {
  return visorText([
    buildFrame(31, { sequence: 2, annotations: show('mug') }),
    buildFrame(11, { annotations: show('mug', 'plate') }),
    buildFrame(21, { annotations: show('spoon', 'plate') }),
    buildFrame(35, { sequence: 2, annotations: show('mug') }),
  ]);
}

/** A mask on which the first pixels have these values. */
function mask(...values: number[]): Uint8Array<ArrayBuffer> {
  const samples = Array.from({ length: 24 }, (_, at) => values[at] ?? 0);
  return craftMask({ ...SIZE, samples });
}

function davisTree(...sequences: string[]): FileContents {
  const files = sequences.flatMap((name, at) =>
    ['00000', '00002'].map((stem) => [
      `DAVIS/Annotations/480p/${name}/${stem}.png`,
      mask(at + 1, at + 1, 3),
    ]),
  );
  return Object.fromEntries(files) as FileContents;
}

function smallClip(name = 'bear.mp4', frameCount = 5) {
  return visorClip({ name, ...SIZE, frameCount });
}

function zipOf(contents: FileContents): Blob {
  return craftZip(
    Object.entries(contents).map(([name, content]) => ({
      name,
      content: typeof content === 'string' ? Buffer.from(content) : (content as Uint8Array),
      isDeflated: true,
    })),
  );
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function framesOf({ sequences }: TruthOutcome): unknown {
  return Object.fromEntries(
    sequences.map(({ name, frames }) => [
      name,
      frames.map(({ stem, frame, truthIds }) => [stem.slice(-4), frame, truthIds]),
    ]),
  );
}

/** Areas by truth id of what the decode worker holds. */
function truthOf(media: FakeMediaPort): unknown {
  return media.truth.map(({ sequence, frame, masks }) => [
    sequence,
    frame,
    Object.fromEntries(
      masks.map(({ truthId, mask: { counts }, ...one }) => [
        truthId,
        rleArea({ ...one, counts, width: 1, height: 1 }),
      ]),
    ),
  ]);
}

describe('a VISOR file', () => {
  test('brings its sequences, objects and masks, each at its frame', async () => {
    const media = new FakeMediaPort();
    const text = twoSequences();
    const outcome = await openTruth({ files: { 'P01_107.json': text }, media });
    expect(outcome).toMatchObject({
      name: 'truth',
      kind: 'visor',
      sources: [{ path: 'P01_107.json', sha256: sha256(text) }],
      unloaded: [],
      sequences: [
        {
          name: 'P01_107_seq_00001',
          size: { width: 854, height: 480 },
          objects: [
            { truthId: 1, name: 'mug' },
            { truthId: 2, name: 'plate' },
          ],
          match: { matchedCount: 2, sizes: 'scaled', problems: [] },
          dropped: [],
        },
        { name: 'P01_107_seq_00002', objects: [{ truthId: 1, name: 'mug' }] },
      ],
    });
    expect(framesOf(outcome)).toEqual({
      P01_107_seq_00001: [
        ['0011', 10, [1, 2]],
        ['0021', 20, [2]],
      ],
      P01_107_seq_00002: [
        ['0031', 30, [1]],
        ['0035', 34, [1]],
      ],
    });
    expect(media.settled).toEqual(['discard', 'use']);
    expect(media.truth.map(({ sequence, frame }) => [sequence.slice(-1), frame])).toEqual([
      ['2', 30],
      ['1', 10],
      ['1', 20],
      ['2', 34],
    ]);
    const [, first] = media.truth;
    expect(first?.masks.map(({ truthId, mask: { width } }) => [truthId, width])).toEqual([
      [1, 854],
      [2, 854],
    ]);
  });
});
