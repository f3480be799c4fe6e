import { expect, test } from 'vitest';
import { writeResultsZip, type ResultFrame } from '../../../../src/formats/davis/davis-results.ts';
import { openMaskDataset } from '../../../../src/formats/davis/mask-dataset.ts';
import { loadMaskSequence } from '../../../../src/formats/davis/mask-sequence.ts';
import { writeSubmissionZip } from '../../../../src/formats/visor/visor-submission.ts';
import { listZip } from '../../../../src/formats/zip-reader.ts';
import { paintMasks } from '../../../helpers/paint-masks.ts';
import { mix } from '../../../helpers/seeded-random.ts';

const MODIFIED = new Date('2026-11-23T08:00:00Z');

async function blobOf(chunks: AsyncIterable<Uint8Array>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return new Blob(parts);
}

function frame(sequence: string, stem: string, width: number): ResultFrame {
  const ids = Uint8Array.from({ length: width * 7 }, (_, i) => mix(width, i) % 4);
  return { sequence, stem, size: { width, height: 7 }, ids };
}

test('results of sequences of several sizes come back pixel for pixel', async () => {
  const frames = [
    frame('P01_107_seq_00001', 'P01_107_frame_0000000155', 9),
    frame('P01_107_seq_00001', 'P01_107_frame_0000000212', 9),
    frame('bear', '00000', 12),
  ];
  async function* source() {
    yield* frames;
  }
  const entries = await listZip(await blobOf(writeResultsZip(source(), { modified: MODIFIED })));
  expect(entries.map(({ path }) => path)).toEqual(
    frames.map(({ sequence, stem }) => `${sequence}/${stem}.png`),
  );
  const { sequences } = await openMaskDataset(entries, 'results');
  const read = [];
  for (const files of sequences) {
    const { sequence } = await loadMaskSequence(files);
    for (const { stem, masks } of sequence.frames) {
      const { name, size } = sequence;
      read.push({ sequence: name, stem, size, ids: paintMasks(size, masks) });
    }
  }
  expect(read).toEqual(frames);
});

test('a frame twice is a bug', async () => {
  async function* source() {
    yield frame('a', '0', 3);
    yield frame('a', '0', 3);
  }
  await expect(blobOf(writeResultsZip(source(), { modified: MODIFIED }))).rejects.toThrow('twice');
});

test('the challenge’s zip holds val.json alone', async () => {
  const ids = new Uint8Array(854 * 480);
  ids[5] = 2;
  async function* source() {
    yield { sequence: 'P01_107_seq_00001', stem: 'P01_107_frame_0000000155', ids };
  }
  const names = new Map([['P01_107_seq_00001', new Map([[2, 'cup']])]]);
  const zip = await blobOf(writeSubmissionZip(source(), names, { modified: MODIFIED }));
  const [entry, ...others] = await listZip(zip);
  expect(others).toEqual([]);
  expect(entry?.path).toBe('val.json');
  const text = new TextDecoder().decode(await entry?.read(1 << 20));
  expect(JSON.parse(text)).toMatchObject({
    info: { Resolution: '854x480' },
    video_annotations: [
      {
        image: { image_path: 'P01_107/P01_107_frame_0000000155.png' },
        annotations: [{ name: 'cup', segments: [[[5, 0]]] }],
      },
    ],
  });
  const nameless = writeSubmissionZip(source(), new Map(), { modified: MODIFIED });
  await expect(blobOf(nameless)).rejects.toMatchObject({
    code: 'file-invalid',
    message: 'Object 2 of “P01_107_seq_00001” has no entity name.',
  });
});

test('frames of a submission out of order are a bug', async () => {
  const ids = new Uint8Array(854 * 480);
  async function* source() {
    yield { sequence: 'a', stem: '2', ids };
    yield { sequence: 'a', stem: '1', ids };
  }
  const zip = writeSubmissionZip(source(), new Map(), { modified: MODIFIED });
  await expect(blobOf(zip)).rejects.toThrow('comes too late');
});
