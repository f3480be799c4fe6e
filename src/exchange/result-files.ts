import { StudioError } from '../core/errors.ts';
import { VISOR_SIZE } from '../core/relate-sizes.ts';
import { writeResultsZip } from '../formats/davis/davis-results.ts';
import type { EntityNames } from '../formats/visor/entity-names.ts';
import { isSequenceName } from '../formats/visor/visor-names.ts';
import { writeSubmissionZip } from '../formats/visor/visor-submission.ts';
import { writeZip, type ZipFile } from '../formats/zip-writer.ts';
import type {
  ResultSequence,
  ResultsRequest,
  ScoreFilesRequest,
} from '../protocol/results-request.ts';
import { resultPlanes } from './result-planes.ts';
import type { ExportTask } from './task.ts';

/** What objects are called that the data set does not name. */
const UNNAMED = /^Object \d+$/;

/**
 * The bytes of a submission to VISOR's challenge.
 * @throws StudioError `file-invalid`, at once, for sequences that are not VISOR's or objects without
 * an entity's name
 */
export function visorSubmission(
  { sequences, createdAt }: ResultsRequest,
  task: ExportTask,
): AsyncIterable<Uint8Array> {
  for (const sequence of sequences) checkEntities(sequence);
  const frames = resultPlanes({ sequences, size: VISOR_SIZE }, task);
  return writeSubmissionZip(frames, entityNames(sequences), { modified: new Date(createdAt) });
}

/** The bytes of results for DAVIS's and VISOR's evaluators. */
export function davisResults(
  { sequences, createdAt }: ResultsRequest,
  task: ExportTask,
): AsyncIterable<Uint8Array> {
  return writeResultsZip(resultPlanes({ sequences }, task), { modified: new Date(createdAt) });
}

/** The bytes of a zip of texts. */
export function scoreFiles({ files, createdAt }: ScoreFilesRequest): AsyncIterable<Uint8Array> {
  async function* zipFiles(): AsyncGenerator<ZipFile, void> {
    const encoder = new TextEncoder();
    for (const { name, text } of files) yield { name, bytes: encoder.encode(text) };
  }
  return writeZip(zipFiles(), { modified: new Date(createdAt) });
}

function checkEntities({ name, objects }: ResultSequence): void {
  if (!isSequenceName(name)) {
    throw new StudioError('file-invalid', `“${name}” is no sequence of VISOR.`, {
      hint: 'The challenge takes sequences such as P01_107_seq_00001. Export DAVIS results instead.',
    });
  }
  const unnamed = objects.find((object) => UNNAMED.test(object.name));
  if (unnamed === undefined) return;
  throw new StudioError('file-invalid', `“${unnamed.name}” of “${name}” has no entity name.`, {
    hint: 'Open the ground truth together with its val_data_mapping.json, or from VISOR’s JSON.',
  });
}

function entityNames(sequences: readonly ResultSequence[]): EntityNames {
  return new Map(
    sequences.map(({ name, objects }) => [
      name,
      new Map(objects.map((object) => [object.truthId, object.name])),
    ]),
  );
}
