import type {
  CountedSequence,
  FrameCounts,
  ObjectFrameScore,
  ObjectScore,
  ScoreReport,
  ScoreReportRequest,
} from '../core/scores.ts';

/**
 * Counts of many frames in two arrays. A long clip has them by the hundred thousand, and cloning
 * as many objects for a report would hold up the page.
 */
export interface PackedCounts {
  /** How many objects each frame has. */
  readonly objectCounts: Uint8Array;
  /** Object after object, the fields of `ObjectCounts` in their order. */
  readonly values: Uint32Array;
}

/** A `ScoreReportRequest` on its way to a worker; its frames go without their names. */
export interface PackedReportRequest extends Omit<ScoreReportRequest, 'sequences'> {
  readonly sequences: readonly { readonly name: string; readonly counts: PackedCounts }[];
}

/** An `ObjectScore` with its frames in arrays: those from `start` on, one after another. */
export interface PackedObjectScore extends Omit<ObjectScore, 'frames'> {
  /** Place of the object's first scored frame among the sequence's counted ones. */
  readonly start: number;
  readonly regions: Float64Array;
  readonly boundaries: Float64Array;
  /** NaN where the value is undefined. */
  readonly dices: Float64Array;
}

/** A `ScoreReport` on its way from a worker. */
export interface PackedReport extends Omit<ScoreReport, 'objects'> {
  readonly objects: readonly PackedObjectScore[];
}

const FIELD_COUNT = 8;

/** What `unpackRequest` reads. The sequences must not be folders of one object each. */
export function packRequest(request: ScoreReportRequest): PackedReportRequest {
  const sequences = request.sequences.map(({ name, frames }) => ({
    name,
    counts: packCounts(frames.map(({ counts }) => counts)),
  }));
  return { ...request, sequences };
}

/** The request again, each frame named by its place, from 0, in its sequence. */
export function unpackRequest(packed: PackedReportRequest): ScoreReportRequest {
  const sequences = packed.sequences.map(({ name, counts }): CountedSequence => {
    const frames = unpackCounts(counts);
    return { name, frames: frames.map((counts, at) => ({ name: String(at), counts })) };
  });
  return { ...packed, sequences };
}

/** @param report of an unpacked request, whose frames are named by their places */
export function packReport(report: ScoreReport): PackedReport {
  const objects = report.objects.map(({ frames, ...score }) => ({
    ...score,
    start: Number(frames[0]?.name ?? 0),
    regions: Float64Array.from(frames, ({ region }) => region),
    boundaries: Float64Array.from(frames, ({ boundary }) => boundary),
    dices: Float64Array.from(frames, ({ dice }) => dice ?? Number.NaN),
  }));
  return { ...report, objects };
}

/** The report again, its frames named as in the request that it answers. */
export function unpackReport(packed: PackedReport, request: ScoreReportRequest): ScoreReport {
  const frames = new Map(request.sequences.map((sequence) => [sequence.name, sequence.frames]));
  const objects = packed.objects.map(
    ({ start, regions, boundaries, dices, ...score }): ObjectScore => {
      const counted = frames.get(score.sequence) ?? [];
      const scored: ObjectFrameScore[] = [];
      for (let at = 0; at < regions.length; at++) {
        const dice = dices[at] ?? Number.NaN;
        scored.push({
          name: counted[start + at]?.name ?? '',
          region: regions[at] ?? Number.NaN,
          boundary: boundaries[at] ?? Number.NaN,
          dice: Number.isNaN(dice) ? undefined : dice,
        });
      }
      return { ...score, frames: scored };
    },
  );
  return { ...packed, objects };
}

function packCounts(frames: readonly FrameCounts[]): PackedCounts {
  const objectCounts = Uint8Array.from(frames, ({ objects }) => objects.length);
  const total = objectCounts.reduce((sum, count) => sum + count, 0);
  const values = new Uint32Array(total * FIELD_COUNT);
  let at = 0;
  for (const { objects } of frames) {
    for (const object of objects) {
      // Written out: a loop over the names of the fields takes several times as long.
      values[at] = object.objectId;
      values[at + 1] = object.truthPixels;
      values[at + 2] = object.predictionPixels;
      values[at + 3] = object.sharedPixels;
      values[at + 4] = object.truthBoundary;
      values[at + 5] = object.predictionBoundary;
      values[at + 6] = object.truthMatched;
      values[at + 7] = object.predictionMatched;
      at += FIELD_COUNT;
    }
  }
  return { objectCounts, values };
}

function unpackCounts({ objectCounts, values }: PackedCounts): FrameCounts[] {
  let at = 0;
  const next = () => values[at++] ?? 0;
  return Array.from(objectCounts, (count) => ({
    objects: Array.from({ length: count }, () => ({
      objectId: next(),
      truthPixels: next(),
      predictionPixels: next(),
      sharedPixels: next(),
      truthBoundary: next(),
      predictionBoundary: next(),
      truthMatched: next(),
      predictionMatched: next(),
    })),
  }));
}
