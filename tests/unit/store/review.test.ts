import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { openItems, rankedItems, reviewKey } from '../../../src/store/review-ranking.ts';
import { riskyFrames } from '../../../src/store/review-risks.ts';
import { riskOf, riskSignals, type MaskFacts } from '../../../src/store/review-signals.ts';
import { CHUNK_FRAMES, type PageSummary } from '../../../src/store/summary-chunk.ts';
import { EMPTY_TRACK, withSummaries } from '../../../src/store/summary-track.ts';
import { newTracklet, type Tracklet } from '../../../src/store/tracklets-slice.ts';
import { buildFakeStudio } from '../../helpers/fake-studio.ts';

function mask(frame: number, fields: Partial<PageSummary> = {}): PageSummary {
  return {
    objectId: objectId(1),
    frame: frameIndex(frame),
    areaPx: 10_000,
    objectScoreLogit: 8,
    predictedIou: 0.92,
    origin: 'tracked',
    ...fields,
  };
}

function tracked(id: number, doubts: Record<number, Partial<PageSummary>>, count = 60): Tracklet {
  const summaries = Array.from({ length: count }, (_, frame) => mask(frame, doubts[frame]));
  return { ...newTracklet(objectId(id)), summaries: withSummaries(EMPTY_TRACK, summaries) };
}

const SURE: MaskFacts = {
  isAbsent: false,
  areaPx: 10_000,
  predictedIou: 0.95,
  objectScoreLogit: 9,
  usualAreaPx: 10_000,
};

const riskWith = (fields: Partial<MaskFacts>) => riskOf({ ...SURE, ...fields });
const reasonsOf = (fields: Partial<MaskFacts>) =>
  riskSignals({ ...SURE, ...fields }).map(({ reason }) => reason);

describe('the risk of a mask', () => {
  test('is none where nothing speaks against it', () => {
    expect(riskSignals(SURE)).toEqual([]);
    expect(riskWith({})).toBe(0);
    expect(
      riskWith({ predictedIou: undefined, objectScoreLogit: undefined, usualAreaPx: undefined }),
    ).toBe(0);
  });

  test('never falls where a sign grows worse, whatever the others say', () => {
    const facts = fc.record({
      predictedIou: fc.double({ min: 0, max: 1, noNaN: true }),
      objectScoreLogit: fc.double({ min: 0.01, max: 12, noNaN: true }),
      areaPx: fc.integer({ min: 0, max: 100_000 }),
    });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(facts, share, (at, part) => {
        const risk = riskWith(at) - 1e-9;
        expect(riskWith({ ...at, predictedIou: at.predictedIou * part })).toBeGreaterThanOrEqual(
          risk,
        );
        expect(
          riskWith({ ...at, objectScoreLogit: at.objectScoreLogit * part }),
        ).toBeGreaterThanOrEqual(risk);
        const isLarger = at.areaPx > (SURE.usualAreaPx ?? 0);
        const areaPx = isLarger ? at.areaPx / Math.max(part, 0.01) : at.areaPx * part;
        expect(riskWith({ ...at, areaPx })).toBeGreaterThanOrEqual(risk);
        expect(riskWith(at)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('is told in words, the strongest reason first', () => {
    expect(reasonsOf({ areaPx: 20_000 })).toEqual(['area doubled']);
    expect(reasonsOf({ areaPx: 5_000 })).toEqual(['area halved']);
    expect(reasonsOf({ areaPx: 0 })).toEqual(['area vanished']);
    expect(reasonsOf({ areaPx: 33_000 })).toEqual(['area × 3.3']);
    expect(reasonsOf({ areaPx: 2_000 })).toEqual(['area fell to 20 %']);
    expect(reasonsOf({ objectScoreLogit: 0.3, predictedIou: 0.6 })).toEqual([
      'object score 0.3',
      'predicted IoU 0.60',
    ]);
  });

  test('grows the less tracking back agrees; outlines and small objects may tremble', () => {
    expect(riskWith({ oppositeIou: 0.9 })).toBe(0);
    expect(reasonsOf({ oppositeIou: 0.6 })).toEqual(['tracked back it differs, IoU 0.60']);
    expect(riskWith({ oppositeIou: 0.6 })).toBeGreaterThan(riskWith({ oppositeIou: 0.7 }));
    expect(riskWith({ oppositeIou: 0 })).toBe(1);
    // A ring of a pixel around 10 × 10.
    expect(riskWith({ areaPx: 100, usualAreaPx: 100, oppositeIou: 100 / 144 })).toBe(0);
    // One way says that it is not there at all.
    expect(riskWith({ isAbsent: true, areaPx: 0, predictedIou: 0, oppositeIou: 0 })).toBe(1);
  });

  test('asks of an absent object only how sure that is', () => {
    const absent = { isAbsent: true, areaPx: 0, predictedIou: 0.02 };
    expect(reasonsOf({ ...absent, objectScoreLogit: -9 })).toEqual([]);
    expect(reasonsOf({ ...absent, objectScoreLogit: -0.2 })).toEqual(['object score −0.2']);
  });

  test('does not rise with a few pixels of a small object', () => {
    expect(riskWith({ areaPx: 14, usualAreaPx: 6 })).toBe(0);
  });
});

describe('frames of a track', () => {
  test('are compared with those just before, not across a gap', () => {
    const grown = { areaPx: 30_000 };
    const step = tracked(1, Object.fromEntries(range(30, 60).map((at) => [at, grown])));
    expect(riskyFrames(step.summaries).map(({ frame }) => frame)).toEqual([30, 31, 32]);
    const apart = withSummaries(EMPTY_TRACK, [mask(0), mask(1), mask(20, grown), mask(21, grown)]);
    expect(riskyFrames(apart)).toEqual([]);
  });

  test('with prompts were seen by the user', () => {
    const low = { predictedIou: 0.1 };
    const track = withSummaries(EMPTY_TRACK, [
      mask(0, { ...low, origin: 'prompt' }),
      mask(1, { ...low, origin: 'kept' }),
    ]);
    expect(riskyFrames(track).map(({ frame }) => frame)).toEqual([1]);
  });

  test('are found the same in a track that grew by batches, over the edges of chunks', () => {
    const said = fc.record({
      predictedIou: fc.constantFrom(0.1, 0.5, 0.9),
      objectScoreLogit: fc.constantFrom(-8, 0.2, 8),
      areaPx: fc.constantFrom(0, 900, 2000, 9000),
    });
    const around = fc.array(said, { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(around, fc.integer({ min: 1, max: 9 }), (list, batch) => {
        const start = CHUNK_FRAMES - 20;
        const masks = list.map((fields, at) => mask(start + at, fields));
        let grown = EMPTY_TRACK;
        for (let at = 0; at < masks.length; at += batch) {
          grown = withSummaries(grown, masks.slice(at, at + batch));
          riskyFrames(grown);
        }
        expect(riskyFrames(grown)).toEqual(riskyFrames(withSummaries(EMPTY_TRACK, masks)));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the list', () => {
  const first = tracked(1, { 10: { predictedIou: 0.3 }, 40: { objectScoreLogit: 0.1 } });
  const second = tracked(2, {
    10: { predictedIou: 0.3 },
    20: { predictedIou: 0.45 },
    21: { predictedIou: 0.35 },
    22: { predictedIou: 0.35 },
  });

  test('has the riskiest first; equals by frame, then by object', () => {
    const places = (items: readonly Tracklet[]) =>
      rankedItems(items).map(({ objectId: id, frame }) => [Number(id), Number(frame)]);
    const expected = [
      [1, 40],
      [1, 10],
      [2, 10],
      [2, 21],
    ];
    expect(places([first, second])).toEqual(expected);
    expect(places([second, first])).toEqual(expected);
  });

  test('puts frames that follow each other together, under the riskiest of them', () => {
    const item = rankedItems([second]).find(({ frame }) => frame === frameIndex(21));
    expect(item).toMatchObject({ first: 20, end: 23, reasons: ['predicted IoU 0.35'] });
  });

  test('is the same list while nothing changes', () => {
    const items = [first, second];
    expect(rankedItems(items)).toBe(rankedItems(items));
    const review = { reviewed: {} };
    expect(openItems(items, review)).toBe(openItems(items, review));
  });

  test('leaves out what was reviewed, until the mask is made anew', () => {
    const [item] = rankedItems([first]);
    if (item === undefined) throw new Error('there is no item');
    const review = { reviewed: { [reviewKey(item)]: item.revision } };
    expect(openItems([first], review)).toHaveLength(1);
    const remade = withSummaries(first.summaries, [mask(40, { objectScoreLogit: 0.1 })]);
    expect(openItems([{ ...first, summaries: remade }], review)).toHaveLength(2);
  });
});

describe('going through the list', () => {
  async function opened() {
    const studio = buildFakeStudio({ info: { frameCount: 60 } });
    await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4')]);
    const items = [
      tracked(1, { 10: { predictedIou: 0.3 }, 40: { objectScoreLogit: 0.1 } }),
      tracked(2, { 20: { predictedIou: 0.45 } }),
    ];
    studio.store.setState((state) => ({ tracklets: { ...state.tracklets, items } }));
    const place = () => {
      const { playback, tracklets } = studio.store.getState();
      return [Number(tracklets.selectedId), Number(playback.frame)];
    };
    return { studio, place };
  }

  test('the next, the one before, and no further than the ends', async () => {
    const { studio, place } = await opened();
    using _end = studio;
    const { review } = studio.actions;
    const seen = ['next', 'next', 'next', 'next', 'previous'].map((direction) => {
      review.goToNeighbour(direction === 'next' ? 'next' : 'previous');
      return place();
    });
    expect(seen).toEqual([
      [1, 40],
      [1, 10],
      [2, 20],
      [2, 20],
      [1, 10],
    ]);
  });

  test('marking goes on to the next; the marks can be taken back', async () => {
    const { studio, place } = await opened();
    using _end = studio;
    const { review } = studio.actions;
    const open = () => {
      const state = studio.store.getState();
      return openItems(state.tracklets.items, state.review).length;
    };
    review.markAndGoOn();
    expect(open()).toBe(3);
    review.goToNeighbour('next');
    review.markAndGoOn();
    expect(place()).toEqual([1, 10]);
    expect(open()).toBe(2);
    review.goToNeighbour('next');
    review.markAndGoOn();
    expect(place()).toEqual([1, 10]);
    review.markAndGoOn();
    expect(open()).toBe(0);
    review.forgetMarks();
    expect(open()).toBe(3);
  });
});

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, at) => first + at);
}
