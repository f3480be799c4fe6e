import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  SCORE_PROTOCOLS,
  type CountedSequence,
  type ScoreReportRequest,
} from '../../../src/core/scores.ts';
import {
  packReport,
  packRequest,
  unpackReport,
  unpackRequest,
} from '../../../src/protocol/score-packing.ts';
import { reportSoFar } from '../../../src/scoring/report-so-far.ts';

const count = fc.integer({ min: 1, max: 40 });
const object = fc.record({
  objectId: fc.integer({ min: 1, max: 3 }),
  truthPixels: fc.constantFrom(0, 40, 2 ** 31),
  predictionPixels: fc.constantFrom(0, 40, 2 ** 31),
  sharedPixels: fc.constant(0),
  truthBoundary: count,
  predictionBoundary: count,
  truthMatched: fc.constant(1),
  predictionMatched: fc.constant(1),
});
const frames = fc.array(
  fc.uniqueArray(object, { selector: ({ objectId }) => objectId, maxLength: 3 }),
  { maxLength: 12 },
);

function sequence(
  name: string,
  objects: readonly CountedSequence['frames'][number]['counts']['objects'][],
): CountedSequence {
  return {
    name,
    frames: objects.map((objects, at) => ({
      name: `${name}_frame_${at * 30}`,
      counts: { objects: objects.toSorted((a, b) => a.objectId - b.objectId) },
    })),
  };
}

const requests = fc
  .record({ protocol: fc.constantFrom(...SCORE_PROTOCOLS), first: frames, second: frames })
  .map(({ protocol, first, second }): ScoreReportRequest => ({
    protocol,
    setName: 'set',
    sequences: [sequence('a', first), sequence('b', second)],
  }));

function tryReport(request: ScoreReportRequest) {
  try {
    return reportSoFar(request);
  } catch (error) {
    return String(error);
  }
}

test('counts cross and come back, their frames named by their places', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const crossed = unpackRequest(structuredClone(packRequest(request)));
      const places = request.sequences.map(({ name, frames }) => ({
        name,
        frames: frames.map(({ counts }, at) => ({ name: String(at), counts })),
      }));
      expect(crossed).toEqual({ ...request, sequences: places });
    }),
  );
});

test('a report that crosses is the one that was made without crossing', () => {
  let reports = 0;
  fc.assert(
    fc.property(requests, (request) => {
      const direct = tryReport(request);
      const crossed = tryReport(unpackRequest(packRequest(request)));
      if (crossed === undefined || typeof crossed === 'string') expect(crossed).toEqual(direct);
      else {
        reports++;
        expect(unpackReport(structuredClone(packReport(crossed)), request)).toEqual(direct);
      }
    }),
    { numRuns: 300 },
  );
  expect(reports).toBeGreaterThan(100);
});
