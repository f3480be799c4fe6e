import { StudioError } from '../../core/errors.ts';
import { sha256OfBlob } from '../../core/sha256.ts';
import { fileStem } from '../../formats/frame-names.ts';
import {
  findGroundTruth,
  type FoundGroundTruth,
} from '../../formats/ground-truth/find-ground-truth.ts';
import type { ObjectFolders } from '../../formats/labels/object-folders.ts';
import { baseName, type SourceFile } from '../../formats/source-file.ts';
import type {
  TruthFile,
  TruthOutcome,
  TruthProgress,
  TruthRequest,
} from '../../protocol/ground-truth-api.ts';
import type { ExportTask } from '../task.ts';
import { ByteProgress } from './byte-progress.ts';
import { readFrameTables } from './read-tables.ts';
import { readLabelTruth } from './read-label-truth.ts';
import { readMaskTruth } from './read-mask-truth.ts';
import { readVisorTruth } from './read-visor-truth.ts';
import { openTruthFiles } from './truth-files.ts';
import type { ReadTruth, TruthReading } from './truth-reading.ts';
import { TruthStaging } from './truth-staging.ts';
import { refusalOfJson } from '../unknown-json.ts';

/** How messages list files. */
const LISTED_FILES = 3;

/**
 * Reads a ground truth and puts its masks into the decode worker, batch by batch; they take the
 * place of those before once everything is read. A long file costs time and not memory.
 * @throws StudioError `file-invalid` when the files hold no ground truth, are damaged, or no frame
 * lies on the clip; `out-of-memory`; the signal's reason
 */
export async function openGroundTruth(
  request: TruthRequest,
  { media, signal, onProgress }: ExportTask<TruthProgress>,
): Promise<TruthOutcome> {
  const opened = await openTruthFiles(request.files, signal);
  const found = await findGroundTruth(opened.files, sequenceOfName(request.name));
  const progress = new ByteProgress(onProgress);
  const hashed = opened.originsOf(sourcesOf(found));
  for (const { file } of hashed) progress.expect(file.size);
  const staging = new TruthStaging(media);
  try {
    const tables = await readFrameTables(found, signal);
    const read = await readTruth({ request, found, tables, staging, progress, signal });
    if (read.sequences.length === 0) refuseIfHopeless(read, request);
    const origins = opened.originsOf([...read.files, ...tableFiles(found)]);
    for (const one of hashed) if (!origins.includes(one)) progress.expect(-one.file.size);
    const sources = await hashAll(origins, progress, signal);
    if (read.sequences.length > 0) await staging.use();
    return {
      name: request.name,
      kind: read.kind,
      sources,
      sequences: read.sequences,
      unloaded: read.unloaded,
      notices: [...read.notices, ...noticesOf(found)],
    };
  } finally {
    // After `use` there is nothing left to forget; what failed before matters more than this.
    await staging.discard().catch(() => undefined);
  }
}

async function readTruth(reading: TruthReading): Promise<ReadTruth> {
  const { found, request } = reading;
  if (found.annotations.length > 0) return readVisorTruth(reading);
  if (found.labels.length + found.objectFolders.length > 0) return readLabelTruth(reading);
  if (found.masks !== undefined) return readMaskTruth(found.masks, reading);
  const [unknown] = found.unknown;
  if (unknown !== undefined) throw await refusalOfJson(unknown);
  throw new StudioError('file-invalid', `“${request.name}” holds no ground truth.`, {
    hint: 'Choose annotations of VISOR, COCO, YouTube-VIS or SA-V, masks as PNGs in a folder for each sequence, or a zip of those.',
  });
}

/** Choosing another sequence helps only where one has frames on the clip. */
function refuseIfHopeless({ candidates, unloaded }: ReadTruth, request: TruthRequest): void {
  const isRequest = request.sequences !== undefined;
  if (!isRequest && unloaded.some(({ matchedCount }) => matchedCount > 0)) return;
  const asked = new Set(request.sequences ?? candidates.map(({ name }) => name));
  const problems = candidates
    .filter(({ name, refusal }) => asked.has(name) && refusal === undefined)
    .flatMap(({ match }) => match.problems);
  const [worst] = [
    ...problems.filter(({ code }) => code === 'other-video'),
    ...problems.filter(({ code }) => code === 'nothing-matched'),
  ];
  if (worst !== undefined) {
    throw new StudioError('file-invalid', worst.message, { hint: worst.hint });
  }
  const [first] = unloaded.filter(({ name }) => asked.has(name));
  const message =
    first === undefined
      ? `“${request.name}” annotates no frame.`
      : `The sequence “${first.name}” cannot be loaded. ${first.reason}`;
  throw new StudioError('file-invalid', message, {
    hint: 'Choose annotations of the open clip; for training sets, take the entities of all frames.',
  });
}

function sourcesOf(found: FoundGroundTruth): SourceFile[] {
  const masks = found.masks?.sequences.flatMap((sequence) => sequence.masks) ?? [];
  const files = masks.map(({ file }) => file);
  return [
    ...found.annotations,
    ...found.labels,
    ...found.objectFolders.flatMap(filesOfObjects),
    ...files,
    ...found.names,
    ...found.metas,
    ...tableFiles(found),
  ];
}

function tableFiles({ mapping, times }: FoundGroundTruth): SourceFile[] {
  return [mapping, times].filter((file) => file !== undefined);
}

async function hashAll(
  files: readonly TruthFile[],
  progress: ByteProgress,
  signal: AbortSignal,
): Promise<TruthOutcome['sources']> {
  const sources: TruthOutcome['sources'][number][] = [];
  for (const { path, file } of files) {
    const onProgress = (bytes: number) => progress.tell(bytes);
    sources.push({ path, sha256: await sha256OfBlob(file, { signal, onProgress }) });
    progress.end(file.size);
  }
  return sources;
}

function noticesOf(found: FoundGroundTruth): string[] {
  const { annotations, labels, masks, objectFolders, unknown } = found;
  const hasLabels = labels.length > 0;
  const hasPngs = masks !== undefined || objectFolders.length > 0;
  return [
    ...(annotations.length > 0 && hasLabels
      ? ['The files hold VISOR’s and other annotations; VISOR’s were read.']
      : []),
    ...(annotations.length > 0 && hasPngs
      ? ['The files hold VISOR annotations and PNGs of masks; the annotations were read.']
      : []),
    ...(annotations.length === 0 && hasLabels && masks !== undefined
      ? ['The files hold annotations and PNGs of masks; the annotations were read.']
      : []),
    ...(unknown.length > 0 ? [`Not read, being no annotations: ${listed(unknown)}.`] : []),
  ];
}

function filesOfObjects({ objects }: ObjectFolders): SourceFile[] {
  return [...objects.values()].flatMap((frames) => [...frames.values()]);
}

function listed(files: readonly SourceFile[]): string {
  const names = files.slice(0, LISTED_FILES).map(({ path }) => `“${baseName(path)}”`);
  const rest = files.length - names.length;
  return [...names, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** What a sequence in no folder is called. */
function sequenceOfName(name: string): string {
  return /\.(zip|png|json)$/i.test(name) ? fileStem(name) : name;
}
