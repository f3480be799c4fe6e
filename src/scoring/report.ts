import { StudioError } from '../core/errors.ts';
import type {
  ObjectScore,
  PooledScore,
  ScoreFile,
  ScoreProtocol,
  ScoreReport,
} from '../core/scores.ts';
import { isUnseenKitchen } from '../core/unseen-kitchens.ts';
import { davisFiles, savFile } from './official-files.ts';
import { PROTOCOL_RULES } from './protocols.ts';
import { pooledStatistics } from './statistics.ts';

/** Of the set that VISOR's own script writes for its unseen kitchens: `val_unseen`. */
const UNSEEN_SUFFIX = '_unseen';

/** What a report is made of. */
export interface ReportParts {
  readonly protocol: ScoreProtocol;
  /** As file names carry it: `val`. */
  readonly setName: string;
  readonly objects: readonly ObjectScore[];
  readonly notices: readonly string[];
}

/** The notice of a sequence that a protocol finds no object in. */
export function noObject(sequence: string, protocol: ScoreProtocol): string {
  const frames =
    PROTOCOL_RULES[protocol].objects === 'first-frame' ? 'the first frame' : 'the scored frames';
  return `${sequence}: the ground truth of ${frames} has no object, so nothing of it is scored.`;
}

/** @throws StudioError `file-invalid` when there is no object */
export function buildReport(parts: ReportParts): ScoreReport {
  const { protocol, objects, notices } = parts;
  if (objects.length === 0) throw nothingScored();
  const overall = poolObjects(objects);
  const unseen =
    protocol === 'visor' ? objects.filter(({ sequence }) => isUnseenKitchen(sequence)) : [];
  return {
    protocol,
    overall,
    ...(unseen.length === 0 ? {} : { unseenKitchens: poolObjects(unseen) }),
    sequences: poolSequences(objects),
    objects,
    files: officialFiles(parts, overall, unseen),
    notices: [...notices, ...decayNotices(overall)],
  };
}

/** One plain mean over objects: a long sequence weighs no more than a short one. */
function poolObjects(objects: readonly ObjectScore[]): PooledScore {
  const region = pooledStatistics(objects.map(({ region }) => region));
  const boundary = pooledStatistics(objects.map(({ boundary }) => boundary));
  return {
    objectCount: objects.length,
    mean: (region.mean + boundary.mean) / 2,
    region,
    boundary,
  };
}

function poolSequences(objects: readonly ObjectScore[]): ScoreReport['sequences'] {
  const bySequence = new Map<string, ObjectScore[]>();
  for (const object of objects) {
    const group = bySequence.get(object.sequence);
    if (group === undefined) bySequence.set(object.sequence, [object]);
    else group.push(object);
  }
  return Array.from(bySequence, ([name, group]) => ({ name, score: poolObjects(group) }));
}

function officialFiles(
  { protocol, setName, objects }: ReportParts,
  overall: PooledScore,
  unseen: readonly ObjectScore[],
): ScoreFile[] {
  if (PROTOCOL_RULES[protocol].objects === 'seen') return [savFile(objects)];
  const files = davisFiles(setName, overall, objects);
  // The official tool has no such switch: these are its files for the list of unseen kitchens.
  if (unseen.length === 0 || unseen.length === objects.length) return files;
  return [...files, ...davisFiles(setName + UNSEEN_SUFFIX, poolObjects(unseen), unseen)];
}

function decayNotices({ region, boundary }: PooledScore): string[] {
  const isRight = ({ decay, correctedDecay }: typeof region) => Object.is(decay, correctedDecay);
  if (isRight(region) && isRight(boundary)) return [];
  return [
    'Decay is NaN or wrong in the official code for objects scored on more than 256 frames: it ' +
      'keeps frame numbers in 8 bits. The corrected decay stands beside it.',
  ];
}

function nothingScored(): StudioError {
  return new StudioError('file-invalid', 'The ground truth has no object to score.', {
    hint:
      'Pixel values must be object ids from 1. In files of DAVIS 2016 the object is 255, which ' +
      'means void since DAVIS 2017: write it as 1.',
  });
}
