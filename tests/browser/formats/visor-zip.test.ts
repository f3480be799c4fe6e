import { expect, test } from 'vitest';
import { surveyVisor } from '../../../src/formats/visor/visor-survey.ts';
import { blobFile, type SourceFile } from '../../../src/formats/source-file.ts';
import { listZip } from '../../../src/formats/zip-reader.ts';
import { writeZip } from '../../../src/formats/zip-writer.ts';
import { buildDenseFrame, visorText } from '../../helpers/visor-builders.ts';

const FRAMES = 20_000;
const TEXT = visorText(Array.from({ length: FRAMES }, (_, i) => buildDenseFrame(i, 1)));

async function zipped(): Promise<SourceFile> {
  async function* files() {
    yield { name: 'P01_107_interpolations.json', bytes: new TextEncoder().encode(TEXT) };
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of writeZip(files(), { modified: new Date(0) })) {
    parts.push(Uint8Array.from(chunk));
  }
  const [entry] = await listZip(new Blob(parts));
  if (entry === undefined) throw new Error('the zip is empty');
  return entry;
}

test('a dense file is surveyed from its zip as from itself', async () => {
  const fromZip = await surveyVisor(await zipped());
  expect(fromZip.frames).toHaveLength(FRAMES);
  expect(fromZip).toEqual(await surveyVisor(blobFile('x.json', new Blob([TEXT]))));
});

test('cancelling stops the reading with the signal’s reason', async () => {
  const controller = new AbortController();
  let bytes = 0;
  const survey = surveyVisor(await zipped(), {
    signal: controller.signal,
    onBytes: (done) => {
      bytes = done;
      controller.abort();
    },
  });
  await expect(survey).rejects.toHaveProperty('name', 'AbortError');
  expect(bytes).toBeLessThan(TEXT.length / 2);
});
