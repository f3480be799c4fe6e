import { expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../../src/core/ids.ts';
import { EMPTY_TRACK, withSummaries } from '../../../../src/store/summary-track.ts';
import { confidenceColumns } from '../../../../src/ui/timeline/confidence-painter.ts';
import { xOfFrame } from '../../../../src/ui/timeline/timeline-geometry.ts';

const FRAMES = 10_000;

function track(dip: number, covered: (frame: number) => boolean) {
  const summaries = Array.from({ length: FRAMES }, (_, frame) => ({
    objectId: objectId(1),
    frame: frameIndex(frame),
    areaPx: 50,
    objectScoreLogit: 9,
    predictedIou: frame === dip ? 0.125 : 0.75,
    origin: 'tracked' as const,
  }));
  return withSummaries(
    EMPTY_TRACK,
    summaries.filter(({ frame }) => covered(frame)),
  );
}

test('one doubtful frame of ten thousand dips in its column, and in no other', () => {
  const scale = { first: 0, count: FRAMES, width: 1000 };
  const columns = confidenceColumns(
    track(4321, () => true),
    { scale, frameCount: FRAMES },
  );
  const dips = [...columns].flatMap((value, x) => (value < 0.5 ? [x] : []));
  expect(dips.length).toBeGreaterThanOrEqual(1);
  for (const x of dips) expect(Math.abs(x - xOfFrame(4321, scale))).toBeLessThan(2);
  expect([...columns].filter((value) => value === 0.75).length).toBeGreaterThan(960);
});

test('there is no line where there are no masks, nor beyond the clip', () => {
  const scale = { first: 0, count: FRAMES, width: 1000 };
  const columns = confidenceColumns(
    track(-1, (frame) => frame >= 2000 && frame < 8000),
    { scale, frameCount: FRAMES },
  );
  for (const [x, value] of columns.entries()) {
    // A column takes part in the frames at its edges.
    const [first, last] = [xOfFrame(2000, scale), xOfFrame(7999, scale)];
    if (x > first && x < last - 1) expect(value).toBe(0.75);
    if (x < first - 1 || x > last + 1) expect(value).toBeNaN();
  }
});
