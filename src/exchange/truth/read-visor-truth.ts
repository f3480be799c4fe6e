import type { FrameMatch } from '../../core/frame-match.ts';
import type { TruthMask, TruthSequence } from '../../core/ground-truth.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';
import { VISOR_SIZE } from '../../core/relate-sizes.ts';
import { compareCodePoints } from '../../formats/code-points.ts';
import { splitIds } from '../../formats/id-plane.ts';
import { baseName, namingFile, type SourceFile } from '../../formats/source-file.ts';
import { MIN_FRAMES } from '../../formats/visor/load-visor.ts';
import { rasterizeVisor } from '../../formats/visor/visor-raster.ts';
import { sequenceName } from '../clip-names.ts';
import { chooseSequences } from './choose-sequences.ts';
import type { ReadTruth, TruthReading } from './truth-reading.ts';
import {
  droppedFrame,
  filesOfVideos,
  surveyFiles,
  tooShort,
  visorCandidates,
  wantedVideos,
  type SurveyedVisor,
  type VisorCandidate,
} from './visor-sequences.ts';

/**
 * Reads VISOR annotation files in two passes: names first, then the masks of the sequences that are
 * loaded, frame by frame, at 854 × 480. Holds names and one batch of frames.
 * @throws StudioError `file-invalid`; the signal's reason
 */
export async function readVisorTruth(reading: TruthReading): Promise<ReadTruth> {
  const { request, found } = reading;
  const { video, rule, sequences: requested } = request;
  const files = filesOfVideos(found.annotations, wantedVideos(video, requested));
  const surveyed = await surveyAll(files, reading);
  const { candidates, notices } = visorCandidates(surveyed, {
    rule,
    clip: video,
    tables: reading.tables,
    offsetFrames: request.offsetFrames,
    isConversion: true,
  });
  const wish = { clipName: sequenceName(video), ...(requested && { requested }) };
  const { loaded, unloaded } = chooseSequences(candidates, wish);
  const drawings = candidates
    .filter(({ name }) => loaded.has(name))
    .map((candidate) => new SequenceDrawing(candidate));
  const sources = await drawAll(surveyed, drawings, reading);
  const outcomes = drawings.map((drawing) => drawing.finish(MIN_FRAMES[rule]));
  return {
    kind: 'visor',
    sequences: outcomes
      .filter((outcome) => 'size' in outcome)
      .sort((a, b) => compareCodePoints(a.name, b.name)),
    unloaded: [...unloaded, ...outcomes.filter((outcome) => 'reason' in outcome)],
    candidates,
    files: sources.map(({ file }) => file),
    notices: [
      ...sources.flatMap(({ survey }) => survey.notices),
      ...notices,
      ...noticeOfSkipped(found.annotations, files),
    ],
  };
}

function surveyAll(files: readonly SourceFile[], reading: TruthReading): Promise<SurveyedVisor[]> {
  const { progress, signal, request } = reading;
  // Each file is gone through twice.
  for (const { bytes } of files) progress.expect(2 * bytes);
  return surveyFiles(files, {
    rule: request.rule,
    signal,
    onBytes: (bytes) => progress.tell(bytes),
    onFile: ({ bytes }) => progress.end(bytes),
  });
}

/** Draws what is chosen; returns the files that it is in. */
async function drawAll(
  surveyed: readonly SurveyedVisor[],
  drawings: readonly SequenceDrawing[],
  reading: TruthReading,
): Promise<readonly SurveyedVisor[]> {
  const drawn: SurveyedVisor[] = [];
  for (const source of surveyed) {
    if (drawings.some((one) => one.source === source)) drawn.push(source);
    else reading.progress.expect(-source.file.bytes);
  }
  for (const source of drawn) {
    const own = drawings.filter((one) => one.source === source);
    await drawSource(source, own, reading);
  }
  return drawn;
}

async function drawSource(
  { file, survey, entityIds }: SurveyedVisor,
  drawings: readonly SequenceDrawing[],
  { signal, progress, staging }: TruthReading,
): Promise<void> {
  const byName = new Map(drawings.map((drawing) => [drawing.name, drawing]));
  const onBytes = (bytes: number) => progress.tell(bytes);
  const sequences = new Set(byName.keys());
  const frames = rasterizeVisor(file, { survey, entityIds, sequences, signal, onBytes });
  await namingFile(file, async () => {
    for await (const { sequence, stem, ids } of frames) {
      const staged = byName.get(sequence)?.draw(stem, ids && splitIds(ids, VISOR_SIZE));
      if (staged !== undefined) await staging.add({ sequence, ...staged });
    }
  });
  progress.end(file.bytes);
}

interface StagedFrame {
  readonly frame: FrameIndex;
  readonly masks: readonly TruthMask[];
}

/** Follows which objects of a sequence are to be seen while its frames come in the file's order. */
class SequenceDrawing {
  readonly source: SurveyedVisor;
  readonly #candidate: VisorCandidate;
  readonly #frameOf: ReadonlyMap<string, FrameIndex>;
  /** By stem; frames on which nothing was drawn are absent. */
  readonly #truthIds = new Map<string, readonly number[]>();

  constructor(candidate: VisorCandidate) {
    this.source = candidate.source;
    this.#candidate = candidate;
    this.#frameOf = new Map(
      candidate.match.rows.flatMap((row) => ('frame' in row ? [[row.stem, row.frame]] : [])),
    );
  }

  get name(): string {
    return this.#candidate.name;
  }

  /**
   * @param masks absent where no object was drawn
   * @returns what is to be put; absent for frames that are not on the clip or show nothing
   */
  draw(stem: string, masks: ReadonlyMap<number, MaskRle> | undefined): StagedFrame | undefined {
    if (masks === undefined) return undefined;
    this.#truthIds.set(stem, [...masks.keys()]);
    const frame = this.#frameOf.get(stem);
    if (frame === undefined) return undefined;
    return { frame, masks: [...masks].map(([truthId, mask]) => ({ truthId, mask })) };
  }

  /** The sequence, or why it is dropped after all: what lies outside the picture is not drawn. */
  finish(fewestFrames: number): TruthSequence | ReadTruth['unloaded'][number] {
    const { name, source, match, dropped } = this.#candidate;
    const kept = this.#keptRows(match);
    const refusal =
      kept.rows.length < fewestFrames
        ? tooShort(kept.rows.length, fewestFrames)
        : kept.matchedCount === 0 && 'On the frames that lie on the clip no object is to be seen.';
    if (refusal !== false) {
      return { name, frameCount: kept.rows.length, matchedCount: 0, reason: refusal };
    }
    const hidden = match.rows.filter(({ stem }) => !this.#truthIds.has(stem));
    const ids = source.entityIds.get(name) ?? new Map<string, number>();
    return {
      name,
      size: VISOR_SIZE,
      objects: [...ids].map(([entity, truthId]) => ({ truthId, name: entity })),
      frames: kept.rows.flatMap((row) =>
        'frame' in row
          ? { stem: row.stem, frame: row.frame, truthIds: this.#truthIds.get(row.stem) ?? [] }
          : [],
      ),
      match: kept,
      dropped: [...dropped, ...hidden.map(({ stem }) => droppedFrame(stem))],
    };
  }

  #keptRows(match: FrameMatch): FrameMatch {
    const rows = match.rows.filter(({ stem }) => this.#truthIds.has(stem));
    return { ...match, rows, matchedCount: rows.filter((row) => 'frame' in row).length };
  }
}

function noticeOfSkipped(all: readonly SourceFile[], read: readonly SourceFile[]): string[] {
  const skipped = all.filter((file) => !read.includes(file));
  const [first] = skipped;
  if (first === undefined) return [];
  const which =
    skipped.length === 1
      ? `“${baseName(first.path)}” is`
      : `${skipped.length} annotation files, such as “${baseName(first.path)}”, are`;
  return [`${which} of other videos and not read.`];
}
