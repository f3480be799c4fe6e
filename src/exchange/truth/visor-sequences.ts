import type { EntityRule } from '../../core/ground-truth.ts';
import { groupBy } from '../../core/group-by.ts';
import { VISOR_SIZE } from '../../core/relate-sizes.ts';
import type { ClipFrames } from '../../formats/ground-truth/clip-frames.ts';
import type { FrameTables } from '../../formats/ground-truth/locate-in-video.ts';
import { matchFrames, videoOfClip } from '../../formats/ground-truth/match-frames.ts';
import { baseName, namingFile, type SourceFile } from '../../formats/source-file.ts';
import { numberEntities, type EntityIds } from '../../formats/visor/entity-ids.ts';
import { MIN_FRAMES } from '../../formats/visor/load-visor.ts';
import { findVideoName, videoOfSequence } from '../../formats/visor/visor-names.ts';
import {
  surveyVisor,
  type SurveyedFrame,
  type VisorSurvey,
} from '../../formats/visor/visor-survey.ts';
import type { TruthCandidate } from './choose-sequences.ts';

/** A VISOR file after the first pass. */
export interface SurveyedVisor {
  readonly file: SourceFile;
  readonly survey: VisorSurvey;
  readonly entityIds: EntityIds;
}

/** A sequence of a VISOR file; nothing of it has been drawn. */
export interface VisorCandidate extends TruthCandidate {
  readonly source: SurveyedVisor;
  /** All of it, by path. */
  readonly frames: readonly SurveyedFrame[];
  /** Frames that the conversion leaves out; a sentence each. */
  readonly dropped: readonly string[];
}

/**
 * Of several annotation files those that may be of these videos, by their names. All of them where
 * no name fits, since names are the user's.
 */
export function filesOfVideos(
  files: readonly SourceFile[],
  videos: ReadonlySet<string>,
): readonly SourceFile[] {
  if (videos.size === 0) return files;
  const fitting = files.filter(({ path }) => {
    const video = findVideoName(baseName(path));
    return video === undefined || videos.has(video);
  });
  return fitting.length === 0 ? files : fitting;
}

/** The videos of which annotations are asked for; empty where neither clip nor request names one. */
export function wantedVideos(
  clip: Pick<ClipFrames, 'name' | 'frameNames'>,
  requested: readonly string[] = [],
): ReadonlySet<string> {
  const videos = [videoOfClip(clip) ?? [], requested.map(videoOfSequence)].flat();
  return new Set(videos);
}

interface Surveying {
  readonly rule: EntityRule;
  readonly signal: AbortSignal;
  /** Told the bytes of the file under way, and once it is read. */
  readonly onBytes: (bytes: number) => void;
  readonly onFile: (file: SourceFile) => void;
}

/**
 * The first pass over each file.
 * @throws StudioError `file-invalid` that names the file; the signal's reason
 */
export async function surveyFiles(
  files: readonly SourceFile[],
  { rule, signal, onBytes, onFile }: Surveying,
): Promise<SurveyedVisor[]> {
  const surveyed: SurveyedVisor[] = [];
  for (const file of files) {
    const survey = await namingFile(file, () => surveyVisor(file, { signal, onBytes }));
    surveyed.push({ file, survey, entityIds: numberEntities(survey, rule) });
    onFile(file);
  }
  return surveyed;
}

/** What sequences are matched with. */
export interface VisorMatching {
  readonly rule: EntityRule;
  readonly clip: ClipFrames;
  readonly tables: FrameTables;
  readonly offsetFrames: number;
  /** Leaves frames without an object and short sequences out, as VISOR's own conversion does. */
  readonly isConversion: boolean;
}

/** The sequences of VISOR files. */
export interface VisorCandidates {
  readonly candidates: readonly VisorCandidate[];
  readonly notices: readonly string[];
}

/**
 * The sequences of the files, each once: of a video's sparse and dense annotations the sparse ones
 * count, which are the benchmark's.
 */
export function visorCandidates(
  sources: readonly SurveyedVisor[],
  matching: VisorMatching,
): VisorCandidates {
  const candidates = new Map<string, VisorCandidate>();
  const notices = new Set<string>();
  for (const source of sources.toSorted((a, b) => densityOf(a) - densityOf(b))) {
    for (const [name, frames] of groupBy(source.survey.frames, ({ sequence }) => sequence)) {
      const first = candidates.get(name);
      if (first === undefined) {
        candidates.set(name, candidate({ name, frames, source }, matching));
      } else {
        notices.add(alsoIn(source, first.source));
      }
    }
  }
  return { candidates: [...candidates.values()], notices: [...notices] };
}

function alsoIn(second: SurveyedVisor, first: SurveyedVisor): string {
  const [there, here] = [first, second].map(({ file }) => baseName(file.path));
  return `Sequences that are in “${there}” and “${here}” were read from the first; open the other alone to read it.`;
}

function densityOf({ survey }: SurveyedVisor): number {
  return survey.frames[0]?.canvas === 'sparse' ? 0 : 1;
}

interface SequenceFrames {
  readonly name: string;
  readonly frames: readonly SurveyedFrame[];
  readonly source: SurveyedVisor;
}

function candidate(
  { name, frames, source }: SequenceFrames,
  { rule, clip, tables, offsetFrames, isConversion }: VisorMatching,
): VisorCandidate {
  const shows = [...framesThatShow(frames, source.entityIds.get(name) ?? new Map())];
  const stems = shows.flatMap(([stem, isShown]) => (isShown || !isConversion ? stem : []));
  const match = matchFrames({ size: VISOR_SIZE, stems }, clip, { ...tables, offsetFrames });
  const dropped = shows.flatMap(([stem, isShown]) =>
    isShown || !isConversion ? [] : droppedFrame(stem),
  );
  const fewest = isConversion ? MIN_FRAMES[rule] : 1;
  const found = { name, match, source, frames, dropped };
  return stems.length >= fewest ? found : { ...found, refusal: tooShort(stems.length, fewest) };
}

/** By stem in the order of the survey, whether any listing of it annotates one of the objects. */
function framesThatShow(
  frames: readonly SurveyedFrame[],
  ids: ReadonlyMap<string, number>,
): ReadonlyMap<string, boolean> {
  const shows = new Map<string, boolean>();
  for (const { stem, entities } of frames) {
    shows.set(stem, (shows.get(stem) ?? false) || entities.some((name) => ids.has(name)));
  }
  return shows;
}

/** What is told of a frame that the conversion leaves out. */
export function droppedFrame(stem: string): string {
  return `${stem} is left out, as in VISOR’s own conversion: none of the objects is to be seen.`;
}

/** Why a sequence is dropped as a whole. */
export function tooShort(frameCount: number, fewest: number): string {
  return `Only ${frameCount} of its frames show an object; VISOR asks for ${fewest}.`;
}
