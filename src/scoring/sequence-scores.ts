import { StudioError } from '../core/errors.ts';
import type {
  CountedFrame,
  CountedSequence,
  ObjectCounts,
  ObjectFrameScore,
  ObjectScore,
  ScoreProtocol,
} from '../core/scores.ts';
import { VOID_ID } from './frame-scorer.ts';
import { boundaryAccuracy, pixelScore, regionSimilarity } from './measures.ts';
import { PROTOCOL_RULES, scoredRange, type ProtocolRules } from './protocols.ts';
import { statistics } from './statistics.ts';

/**
 * The scores of a sequence's objects under a protocol, by ascending id; none where the protocol
 * finds no object. On a frame, an object that neither side shows has J = F = 1.
 * @throws StudioError `file-invalid` for what the official tool stops at: a sequence too short, a
 *   predicted id without ground truth, a folder of one object in which it is never seen
 */
export function scoreSequence(sequence: CountedSequence, protocol: ScoreProtocol): ObjectScore[] {
  const rules = PROTOCOL_RULES[protocol];
  const { start, end } = scoredRange(rules, sequence.frames.length);
  const scored = sequence.frames.slice(start, end);
  const framesOf =
    rules.objects === 'first-frame'
      ? framesOfFirstIds(sequence, scored, rules)
      : framesOfSeenIds(scored);
  if (sequence.object !== undefined && framesOf.size === 0) throw neverSeen(sequence);
  return [...framesOf]
    .toSorted(([a], [b]) => a - b)
    .map(([objectId, frames]) => ({
      sequence: sequence.name,
      object: sequence.object ?? String(objectId),
      region: statistics(Float64Array.from(frames, ({ region }) => region)),
      boundary: statistics(Float64Array.from(frames, ({ boundary }) => boundary)),
      frames,
    }));
}

/** DAVIS and VISOR: ids without gaps from 1 to the first frame's highest, on all scored frames. */
function framesOfFirstIds(
  sequence: CountedSequence,
  scored: readonly CountedFrame[],
  rules: ProtocolRules,
): ReadonlyMap<number, readonly ObjectFrameScore[]> {
  if (scored.length === 0) throw tooShort(sequence, rules);
  const highest = highestFirstId(sequence);
  for (const frame of scored) {
    const extra = idsIn(frame, 'predictionPixels').find((id) => id > highest);
    if (extra !== undefined) throw extraId({ sequence, frame, extra, highest });
  }
  return new Map(
    Array.from({ length: highest }, (_, i) => [i + 1, scored.map((frame) => score(frame, i + 1))]),
  );
}

/** Highest id that the first frame's ground truth shows, void apart; 0 where it shows none. */
export function highestFirstId({ frames }: CountedSequence): number {
  return Math.max(0, ...idsIn(frames[0], 'truthPixels').filter((id) => id !== VOID_ID));
}

/** SA-V: an object counts from the frame on which either side first shows it. */
function framesOfSeenIds(
  scored: readonly CountedFrame[],
): ReadonlyMap<number, readonly ObjectFrameScore[]> {
  const seen = new Map<number, ObjectFrameScore[]>();
  const inTruth = new Set<number>();
  for (const frame of scored) {
    for (const { objectId, truthPixels } of frame.counts.objects) {
      if (truthPixels > 0) inTruth.add(objectId);
      if (!seen.has(objectId)) seen.set(objectId, []);
    }
    for (const [objectId, frames] of seen) frames.push(score(frame, objectId));
  }
  return new Map([...seen].filter(([objectId]) => inTruth.has(objectId)));
}

function score({ name, counts }: CountedFrame, objectId: number): ObjectFrameScore {
  const object = counts.objects.find((object) => object.objectId === objectId);
  if (object === undefined) return { name, region: 1, boundary: 1, dice: undefined };
  return {
    name,
    region: regionSimilarity(object),
    boundary: boundaryAccuracy(object),
    dice: pixelScore(object).dice,
  };
}

function idsIn(
  frame: CountedFrame | undefined,
  side: keyof Pick<ObjectCounts, 'truthPixels' | 'predictionPixels'>,
): number[] {
  const objects = frame?.counts.objects ?? [];
  return objects.filter((object) => object[side] > 0).map(({ objectId }) => objectId);
}

function tooShort({ name, frames }: CountedSequence, rules: ProtocolRules): StudioError {
  const needed = rules.skipsLastFrame ? 'the first and the last frame are' : 'the first frame is';
  return new StudioError(
    'file-invalid',
    `Sequence ${name} has ${frames.length} ground-truth frame(s), none of which can be scored.`,
    { hint: `Leave it out of the set: ${needed} never scored under this protocol.` },
  );
}

interface ExtraId {
  readonly sequence: CountedSequence;
  readonly frame: CountedFrame;
  readonly extra: number;
  readonly highest: number;
}

function extraId({ sequence, frame, extra, highest }: ExtraId): StudioError {
  const known = highest === 0 ? 'no object' : `object ids up to ${highest}`;
  return new StudioError(
    'file-invalid',
    `The prediction ${sequence.name}/${frame.name} holds object id ${extra}; the first ` +
      `ground-truth frame has ${known}.`,
    {
      hint:
        extra === VOID_ID
          ? 'In predictions 255 is an object id, not void; write object ids from 1.'
          : 'Number the objects as the first ground-truth frame does, and leave out all others.',
    },
  );
}

function neverSeen({ name, object }: CountedSequence): StudioError {
  return new StudioError(
    'file-invalid',
    `The ground truth ${name}/${object} shows its object on no scored frame.`,
    { hint: 'Leave the folder out: SA-V’s tool stops at it too.' },
  );
}
