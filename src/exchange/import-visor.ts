import { StudioError } from '../core/errors.ts';
import { objectId, type FrameIndex } from '../core/ids.ts';
import type { MaskRle } from '../core/rle.ts';
import type { FrameTables } from '../formats/ground-truth/locate-in-video.ts';
import { splitIds } from '../formats/id-plane.ts';
import type { SourceFile } from '../formats/source-file.ts';
import { rasterizeVisor } from '../formats/visor/visor-raster.ts';
import type { ImportOutcome } from '../protocol/export-api.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { bytesAsFrames } from './byte-frames.ts';
import { importMasks, type PlacedMasks, type Watch } from './import-masks.ts';
import { importedObjects, objectColor, type MeantSequence } from './imported-objects.ts';
import type { ExportTask } from './task.ts';
import type { ByteProgress } from './truth/byte-progress.ts';
import { sequenceName } from './clip-names.ts';
import { sequencesOnClip, severalSequences } from './truth/choose-sequences.ts';
import {
  filesOfVideos,
  surveyFiles,
  visorCandidates,
  wantedVideos,
  type SurveyedVisor,
  type VisorCandidate,
} from './truth/visor-sequences.ts';

const NO_MASKS: ReadonlyMap<number, MaskRle> = new Map();

/** VISOR annotation files, and the clip that they must fit. */
export interface VisorImport {
  readonly files: readonly SourceFile[];
  readonly tables: FrameTables;
  readonly video: VideoInfo;
}

/**
 * Imports VISOR annotations onto the open clip: each entity of each sequence that lies on it becomes
 * an object. Polygons are drawn on their canvas as VISOR draws them, then resized to the clip.
 * @throws StudioError `file-invalid` when a file is not valid or does not fit the clip
 */
export async function importVisor(
  { files: given, tables, video }: VisorImport,
  task: ExportTask,
): Promise<ImportOutcome> {
  const files = filesOfVideos(given, wantedVideos(video));
  const rule = 'all-frames';
  const progress = bytesAsFrames(video.frameCount, task.onProgress);
  // Each file is gone through twice.
  for (const { bytes } of files) progress.expect(2 * bytes);
  const surveyed = await surveyFiles(files, {
    rule,
    signal: task.signal,
    onBytes: (bytes) => progress.tell(bytes),
    onFile: ({ bytes }) => progress.end(bytes),
  });
  const matching = { rule, clip: video, tables, offsetFrames: 0, isConversion: false } as const;
  const { candidates, notices } = visorCandidates(surveyed, matching);
  const chosen = candidatesOnClip(candidates, video);
  const sequences = chosen.map(meantSequence);
  // Too many objects are refused before anything is drawn.
  importedObjects(sequences);
  const drawing = { surveyed, chosen, video, progress };
  const source = {
    read: (watch?: Watch) => drawAll(drawing, watch),
    sequences: () => sequences,
  };
  const imported = await importMasks(source, video, task);
  return {
    ...imported,
    prompts: [],
    notices: [
      ...surveyed.flatMap(({ survey }) => survey.notices),
      ...notices,
      ...placementNotices(candidates, chosen),
    ],
  };
}

function candidatesOnClip(
  candidates: readonly VisorCandidate[],
  video: VideoInfo,
): readonly VisorCandidate[] {
  const fitting = candidates.filter(({ match }) => match.problems.length === 0);
  if (fitting.length === 0) throw nothingFits(candidates);
  const clipName = sequenceName(video);
  const names = new Set(sequencesOnClip(fitting, clipName));
  if (names.size > 0) return fitting.filter(({ name }) => names.has(name));
  throw severalSequences(
    fitting.map(({ name }) => name),
    clipName,
  );
}

function nothingFits(candidates: readonly VisorCandidate[]): StudioError {
  const [problem] = candidates.flatMap(({ match }) => match.problems);
  if (problem === undefined) {
    return new StudioError('file-invalid', 'The VISOR file annotates no frame.', {
      hint: 'Choose annotations of the open clip.',
    });
  }
  return new StudioError('file-invalid', problem.message, { hint: problem.hint });
}

/** The entities that are annotated on a frame of the clip. */
function meantSequence({ name, match, frames, source }: VisorCandidate): MeantSequence {
  const onClip = framesByStem(match.rows);
  const seen = new Set(frames.flatMap(({ stem, entities }) => (onClip.has(stem) ? entities : [])));
  const ids = [...(source.entityIds.get(name) ?? [])].filter(([entity]) => seen.has(entity));
  return {
    name,
    objects: ids.map(([entity, id]) => ({ id, name: entity, color: objectColor(id) })),
    idOf: (value) => objectId(value),
  };
}

interface Drawing {
  readonly surveyed: readonly SurveyedVisor[];
  readonly chosen: readonly VisorCandidate[];
  readonly video: VideoInfo;
  readonly progress: ByteProgress;
}

async function* drawAll(
  { surveyed, chosen, video, progress }: Drawing,
  watch: Watch | undefined,
): AsyncGenerator<PlacedMasks, void> {
  for (const source of surveyed) {
    const own = chosen.filter((candidate) => candidate.source === source);
    if (own.length > 0) yield* drawFile(source, { own, video, progress, watch });
    if (watch !== undefined) progress.end(source.file.bytes);
  }
}

interface FileDrawing extends Pick<Drawing, 'video' | 'progress'> {
  readonly own: readonly VisorCandidate[];
  readonly watch: Watch | undefined;
}

async function* drawFile(
  { file, survey, entityIds }: SurveyedVisor,
  { own, video, progress, watch }: FileDrawing,
): AsyncGenerator<PlacedMasks, void> {
  const frameOf = new Map(own.map(({ name, match }) => [name, framesByStem(match.rows)]));
  const frames = rasterizeVisor(file, {
    survey,
    entityIds,
    size: video,
    sequences: new Set(frameOf.keys()),
    ...(watch && { signal: watch.signal, onBytes: (bytes: number) => progress.tell(bytes) }),
  });
  const shown = new Set<string>();
  for await (const { sequence, stem, ids } of frames) {
    const frame = frameOf.get(sequence)?.get(stem);
    // Of two listings of a frame, an empty one takes nothing from the other.
    if (frame === undefined || (ids === undefined && shown.has(stem))) continue;
    shown.add(stem);
    yield { sequence, frame, masks: ids === undefined ? NO_MASKS : splitIds(ids, video) };
  }
}

function framesByStem(rows: VisorCandidate['match']['rows']): ReadonlyMap<string, FrameIndex> {
  return new Map(rows.flatMap((row) => ('frame' in row ? [[row.stem, row.frame]] : [])));
}

function placementNotices(
  candidates: readonly VisorCandidate[],
  chosen: readonly VisorCandidate[],
): string[] {
  const rows = chosen.flatMap(({ match }) => match.rows);
  const off = rows.flatMap((row) => ('frame' in row ? [] : row));
  const [first] = off;
  return [
    ...(chosen.length < candidates.length
      ? [`Of ${candidates.length} sequences, ${chosen.length} on the clip were imported.`]
      : []),
    ...(first === undefined
      ? []
      : [
          `${off.length} of ${rows.length} frames were left out, such as ${first.stem}: ${first.reason}`,
        ]),
  ];
}
