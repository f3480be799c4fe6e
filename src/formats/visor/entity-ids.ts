import { StudioError } from '../../core/errors.ts';
import type { EntityRule } from '../../core/ground-truth.ts';
import { objectId, type ObjectId } from '../../core/ids.ts';
import { compareCodePoints } from '../code-points.ts';
import type { SurveyedFrame, VisorSurvey } from './visor-survey.ts';

/** Ids by entity name, by sequence. Entities without an id are not drawn. */
export type EntityIds = ReadonlyMap<string, ReadonlyMap<string, ObjectId>>;

/** Most entities of a sequence: they become ids of PNGs, of which 255 is void to DAVIS's tools. */
export const MAX_ENTITIES = 254;

/**
 * Numbers the entities of each sequence from 1, in the order of their names by code point; the name
 * is the identity. Sequences come in the order of their first frames.
 * Source: VISOR-VOS `visor_to_davis.py`. As there, a sequence that is interrupted by another one
 * starts again: its last start counts.
 * @throws StudioError `file-invalid` when a sequence has more entities than a PNG has ids
 */
export function numberEntities({ frames }: VisorSurvey, rule: EntityRule): EntityIds {
  const names = rule === 'first-frame' ? namesOfFirstFrames(frames) : namesOfAllFrames(frames);
  return new Map([...names].map(([sequence, set]) => [sequence, numbered(sequence, set)]));
}

function namesOfFirstFrames(frames: readonly SurveyedFrame[]): Map<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  let first: SurveyedFrame | undefined;
  let previous: string | undefined;
  for (const frame of frames) {
    if (frame.sequence !== previous) {
      first = frame;
      names.set(frame.sequence, new Set(frame.entities));
    } else if (frame.path === first?.path && frame.canvas === 'dense') {
      // Runs of interpolation share their boundary frames; each lists its own entities.
      for (const name of frame.entities) names.get(frame.sequence)?.add(name);
    }
    previous = frame.sequence;
  }
  return names;
}

function namesOfAllFrames(frames: readonly SurveyedFrame[]): Map<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { sequence, entities } of frames) {
    const known = names.get(sequence) ?? new Set<string>();
    names.set(sequence, known);
    for (const name of entities) known.add(name);
  }
  return names;
}

function numbered(sequence: string, names: ReadonlySet<string>): ReadonlyMap<string, ObjectId> {
  if (names.size > MAX_ENTITIES) {
    const message = `The sequence “${sequence}” has ${names.size} entities; a PNG holds ${MAX_ENTITIES}.`;
    throw new StudioError('file-invalid', message, {
      hint: 'Sequences of VISOR have at most 13. Import the objects of the first frame only.',
    });
  }
  const sorted = [...names].sort(compareCodePoints);
  return new Map(sorted.map((name, index) => [name, objectId(index + 1)]));
}
