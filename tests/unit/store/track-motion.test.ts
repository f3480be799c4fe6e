import { describe, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { cameraCuts, NO_CUTS } from '../../../src/store/camera-cuts.ts';
import { openItems, rankedItems } from '../../../src/store/review-ranking.ts';
import { riskyFrames } from '../../../src/store/review-risks.ts';
import { CHUNK_FRAMES, type PageSummary } from '../../../src/store/summary-chunk.ts';
import { EMPTY_TRACK, withSummaries, type SummaryTrack } from '../../../src/store/summary-track.ts';
import { motionInto, unexplainedSides } from '../../../src/store/track-motion.ts';
import { newTracklet, type Tracklet } from '../../../src/store/tracklets-slice.ts';

/** 50 × 50 pixels. */
const AREA_PX = 2500;

type Path = (frame: number) => Partial<PageSummary> | [x: number, y: number] | undefined;

/** A sure object of one size on a path; no mask where the path gives none. */
function track(path: Path, frames = range(0, 60)): SummaryTrack {
  const summaries = frames.flatMap((frame): PageSummary[] => {
    const at = path(frame);
    if (at === undefined) return [];
    const fields = Array.isArray(at) ? { centroid: videoPoint(...at) } : at;
    return [
      {
        objectId: objectId(1),
        frame: frameIndex(frame),
        areaPx: AREA_PX,
        objectScoreLogit: 8,
        predictedIou: 0.95,
        origin: 'tracked',
        ...fields,
      },
    ];
  });
  return withSummaries(EMPTY_TRACK, summaries);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

const riskyOf = (path: Path) => riskyFrames(track(path)).map(({ frame }) => frame);
const absent = { areaPx: 0, objectScoreLogit: -8 };
const still: Path = () => [200, 200];
const jumping =
  (at: number, toX = 600): Path =>
  (frame) => [frame < at ? 200 : toX, 200];

describe('a jump is not', () => {
  test('an object that stands still, or trembles', () => {
    expect(riskyOf(still)).toEqual([]);
    expect(riskyOf((frame) => [200 + ((frame * 7) % 5), 200 + ((frame * 3) % 4)])).toEqual([]);
  });

  test('an object that is always fast, however far it gets in a frame', () => {
    expect(riskyOf((frame) => [frame * 120, 200])).toEqual([]);
    expect(riskyOf((frame) => [900 + 400 * Math.sin(frame / 2), 200])).toEqual([]);
  });

  test('a hand that speeds up to twice its speed', () => {
    expect(riskyOf((frame) => [frame < 30 ? frame * 40 : 1200 + (frame - 30) * 80, 0])).toEqual([]);
  });

  test('an object that is half covered from one frame to the next', () => {
    const covered: Path = (frame) =>
      frame < 30
        ? [200, 200]
        : { centroid: videoPoint(212.5, 200), areaPx: AREA_PX / 2, predictedIou: 0.95 };
    const reasons = riskyFrames(track(covered)).flatMap((one) => one.reasons);
    expect(reasons.some((reason) => reason.includes('jumped'))).toBe(false);
  });

  test('the first frames after a prompt on a fast object', () => {
    const prompted: Path = (frame) =>
      frame === 0
        ? { centroid: videoPoint(0, 0), origin: 'prompt' }
        : [Math.min(frame, 2) * 300 + frame, 0];
    expect(riskyOf(prompted)).toEqual([]);
  });

  test('the frame that the user has corrected, and what follows it', () => {
    const corrected: Path = (frame) =>
      frame === 30
        ? { centroid: videoPoint(600, 200), origin: 'prompt' }
        : [frame < 30 ? 200 : 600, 200];
    expect(riskyOf(corrected)).toEqual([]);
  });

  test('coming back where it went, or after so long that it may be anywhere', () => {
    const gone =
      (from: number, to: number, x: number): Path =>
      (frame) => {
        if (frame >= from && frame < to) return absent;
        return [frame < from ? frame * 20 : x + (frame - to) * 20, 200];
      };
    expect(riskyOf(gone(30, 33, 660))).toEqual([]);
    expect(riskyOf(gone(30, 40, 3000))).toEqual([]);
    // Frames without any mask are no different.
    expect(riskyOf((frame) => (frame >= 30 && frame < 40 ? undefined : [frame * 90, 0]))).toEqual(
      [],
    );
  });
});

describe('a jump', () => {
  test('is one frame, however the object goes on', () => {
    const [only, ...others] = riskyFrames(track(jumping(30)));
    expect(only).toMatchObject({ frame: 30, risk: 1, reasons: ['jumped 400 px, was still'] });
    expect(others).toEqual([]);
  });

  test('out of a steady course tells the usual speed', () => {
    const path: Path = (frame) => [frame * 6 + (frame < 30 ? 0 : 300), 200];
    expect(riskyFrames(track(path))).toMatchObject([
      { frame: 30, reasons: ['jumped 306 px, usually 6'] },
    ]);
  });

  test('and back again is one stretch', () => {
    const path: Path = (frame) => [frame === 30 ? 600 : 200, 200];
    expect(riskyOf(path)).toEqual([30, 31]);
  });

  test('over a short absence is told as such', () => {
    const path: Path = (frame) => (frame === 30 || frame === 31 ? absent : jumping(30)(frame));
    expect(riskyFrames(track(path))).toMatchObject([
      { frame: 32, reasons: ['came back 400 px away'] },
    ]);
  });

  test('is measured by the object: what is far for a cup is not for a table', () => {
    const table: Path = (frame) => ({
      centroid: videoPoint(frame < 30 ? 600 : 660, 300),
      areaPx: 400 * 400,
    });
    expect(riskyOf(table)).toEqual([]);
    expect(riskyOf(jumping(30, 260))).toEqual([30]);
  });

  test('is found over the edge of a chunk, with the frames that came before', () => {
    const frames = range(CHUNK_FRAMES - 12, CHUNK_FRAMES + 12);
    const whole = track(jumping(CHUNK_FRAMES), frames);
    expect(riskyFrames(whole).map(({ frame }) => frame)).toEqual([CHUNK_FRAMES]);
    expect(motionInto(whole, CHUNK_FRAMES, CHUNK_FRAMES)).toBeUndefined();
  });

  test('grows by the object’s own sides beyond twice the usual speed', () => {
    const motion = { movedPx: 130, frames: 1, usualPx: 15, sizePx: 50 };
    expect(unexplainedSides(motion)).toBeCloseTo(2, 9);
    expect(unexplainedSides({ ...motion, frames: 2 })).toBeCloseTo(1.4, 9);
    expect(unexplainedSides({ ...motion, movedPx: 20 })).toBeLessThan(0);
  });
});

describe('a camera cut', () => {
  function objects(...paths: Path[]): Tracklet[] {
    return paths.map((path, at) => ({
      ...newTracklet(objectId(at + 1)),
      summaries: track(path),
    }));
  }

  test('is one item where all objects jump at once', () => {
    const items = objects(jumping(30), jumping(30, 900), jumping(30, 500));
    expect(rankedItems(items)).toMatchObject([
      { frame: 30, first: 30, end: 31, objectId: 1, jumpedObjects: 3 },
    ]);
    expect(rankedItems(items)[0]?.reasons).toEqual(['3 objects jumped together, as at a cut']);
  });

  test('may leave one of several where it was', () => {
    const items = objects(jumping(30), jumping(30, 900), still);
    expect(rankedItems(items)).toMatchObject([{ frame: 30, jumpedObjects: 2 }]);
  });

  test('takes what else is new with it: nothing is compared across it', () => {
    const grown = (frame: number): Partial<PageSummary> => ({
      centroid: videoPoint(frame < 30 ? 200 : 700, 200),
      areaPx: frame < 30 ? AREA_PX : 4 * AREA_PX,
    });
    expect(rankedItems(objects(grown, jumping(30)))).toMatchObject([{ frame: 30 }]);
    // Of one object it is a jump, and the growth is told for as long as it is new.
    expect(rankedItems(objects(grown))).toMatchObject([{ frame: 30, first: 30, end: 33 }]);
  });

  test('is not the jump of one object among others, nor of several at different times', () => {
    expect(cameraCuts(objects(jumping(30), still, still))).toBe(NO_CUTS);
    const apart = rankedItems(objects(jumping(20), jumping(40)));
    expect(apart.map(({ frame, objectId: id }) => [frame, Number(id)])).toEqual([
      [20, 1],
      [40, 2],
    ]);
  });

  test('is two objects that take each other’s place, too', () => {
    const items = objects(jumping(30), (frame) => [frame < 30 ? 600 : 200, 200]);
    expect(rankedItems(items)).toMatchObject([{ frame: 30, jumpedObjects: 2 }]);
  });

  test('leaves doubts of another kind in the list, and keeps what was marked', () => {
    const unsure: Path = (frame) => ({
      centroid: videoPoint(frame < 30 ? 200 : 600, 200),
      predictedIou: frame >= 40 && frame < 44 ? 0.3 : 0.95,
    });
    const items = objects(unsure, jumping(30));
    const ranked = rankedItems(items);
    expect(ranked.map(({ first, end }) => [first, end])).toEqual([
      [30, 31],
      [40, 44],
    ]);
    const revision = ranked[0]?.revision ?? 0;
    const open = openItems(items, { reviewed: { '1/30': revision } });
    expect(open.map(({ frame }) => frame)).toEqual([40]);
  });
});
