import { afterEach, describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { SCORE_PROTOCOLS } from '../../../src/core/scores.ts';
import { withoutTracklet, withTracklet } from '../../../src/store/tracklets-slice.ts';
import { LAB_SIZE, stemOf, type TrueDiscs } from '../../helpers/score-lab.ts';
import { until } from '../../helpers/until.ts';
import {
  ASSIGNED,
  LabShelf,
  alerts,
  discs,
  pause,
  range,
  settled,
  tracked,
  truthOn,
  untilInStep,
} from '../../helpers/live-scores.ts';

const ONE = objectId(1);
const TWO = objectId(2);
const THREE = objectId(3);
const labs = new LabShelf();
afterEach(() => labs[Symbol.dispose]());

describe('in step with the masks', () => {
  test('300 frames scored as they are tracked give the report of one pass over all', async () => {
    const lab = labs.start(300);
    const frames = range(300);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    const startedAt = performance.now();
    for (let frame = 0; frame < 300; frame += 7) {
      lab.putAll(frames.slice(frame, frame + 7).map((at) => [at, tracked(at)]));
      await pause(8);
    }
    const seen = lab.report?.objects[0]?.frames.length ?? 0;
    expect(seen).toBeGreaterThan(0);
    await untilInStep(lab, frames);
    expect(lab.scoringOf('s')).toMatchObject({ coveredFrames: 300, scoredFrames: 300 });
    expect(lab.studio.scores.frames.toSorted()).toEqual(
      frames.map((frame) => `s/${stemOf(frame)}`).sort(),
    );
    const reports = lab.studio.scores.requests.length;
    expect(reports).toBeLessThanOrEqual(2 + (performance.now() - startedAt) / 250);
  });

  test('another protocol costs a report and no frame', async () => {
    const lab = labs.start();
    const frames = range(40);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    lab.putAll(frames.map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, frames);
    expect(lab.studio.scores.frames).toHaveLength(40);
    for (const protocol of SCORE_PROTOCOLS) {
      const before = lab.studio.scores.requests.length;
      const isSame = protocol === lab.state.groundTruth.protocol;
      lab.choose(protocol);
      await untilInStep(lab, frames);
      expect(lab.report?.protocol).toBe(protocol);
      expect(lab.studio.scores.requests.length - before).toBe(isSame ? 0 : 1);
    }
    expect(lab.studio.scores.frames).toHaveLength(40);
  });

  test('a frame that changes while it is counted is counted again', async () => {
    const lab = labs.start();
    const frames = range(12);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    const { scores } = lab.studio;
    let release = () => {};
    scores.afterFrame = (name) =>
      name === `s/${stemOf(5)}` ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
    lab.putAll(frames.map((frame) => [frame, tracked(frame)]));
    await until(() => scores.frames.includes(`s/${stemOf(5)}`), 'the frame is counted');
    scores.afterFrame = undefined;
    lab.put(5, tracked(5, 9));
    await pause();
    release();
    await untilInStep(lab, frames);
    expect(scores.frames.filter((name) => name === `s/${stemOf(5)}`)).toHaveLength(2);
    expect(scores.frames).toHaveLength(13);
  });

  test('edits in any order end in the state of the last one', async () => {
    const lab = labs.start();
    const frames = range(30);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    for (let edit = 0; edit < 60; edit++) {
      const frame = (edit * 17) % 30;
      if (edit % 4 === 3) lab.removeMasks((edit % 3) + 1, [frame]);
      else lab.put(frame, tracked(frame, edit % 6));
      if (edit % 5 === 0) await pause(3);
    }
    const covered = frames.filter((frame) =>
      [1, 2, 3].some((object) => lab.studio.media.masks.get(object, frame) !== undefined),
    );
    expect(covered.length).toBeGreaterThan(20);
    await untilInStep(lab, [...new Set([0, ...covered])]);
    expect(lab.scoringOf('s').coveredFrames).toBe(covered.length);
  });

  test('frames without a mask wait; the first annotated one is counted without one', async () => {
    const lab = labs.start();
    lab.load({ s: truthOn([2, 10, 20, 30]) }, { s: ASSIGNED });
    lab.putAll([4, 10, 11, 30].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [2, 10, 30]);
    expect(lab.scoringOf('s').coveredFrames).toBe(2);
    expect(lab.studio.scores.frames.toSorted()).toEqual(
      [2, 10, 30].map((frame) => `s/${stemOf(frame)}`).sort(),
    );
    lab.removeMasks(1, [10, 30]);
    lab.removeMasks(2, [10, 30]);
    await untilInStep(lab, [2, 10, 30]);
    lab.removeMasks(3, [10, 30]);
    await settled(lab, () => expect(lab.report).toBeUndefined());
    expect(lab.scoringOf('s')).toMatchObject({ coveredFrames: 0, scoredFrames: 0 });
  });

  test('an absent object covers its frame', async () => {
    const lab = labs.start();
    lab.load({ s: truthOn([0, 1]) }, { s: ASSIGNED });
    const gone = { x: 0, y: 0, radius: 0 };
    lab.putAll([0, 1].map((frame) => [frame, { 2: gone }]));
    await untilInStep(lab, [0, 1]);
    expect(lab.scoringOf('s').coveredFrames).toBe(2);
    expect(lab.report?.overall.region.mean).toBe(0);
  });

  test('masks of a clip of another size are scored at the ground truth’s', async () => {
    const lab = labs.start();
    const half = { width: LAB_SIZE.width / 2, height: LAB_SIZE.height / 2 };
    const small = new Map(
      [0, 1, 2].map((frame) => {
        const objects = Object.entries(discs(frame)).map(([id, { x, y, radius }]) => [
          id,
          { x: x / 2, y: y / 2, radius: radius / 2 },
        ]);
        return [frame, Object.fromEntries(objects)] as const;
      }),
    );
    lab.load({ s: small }, { s: ASSIGNED }, half);
    lab.putAll([0, 1, 2].map((frame) => [frame, tracked(frame, 0)]));
    await settled(lab, () => expect(lab.scoringOf('s').scoredFrames).toBe(3));
    await settled(lab, () => expect(lab.report?.objects).toHaveLength(3));
    const mean = lab.report?.overall.region.mean ?? 0;
    expect(mean).toBeGreaterThan(0.8);
    expect(mean).toBeLessThan(1);
  });
});

describe('which objects', () => {
  test('a truth without an object is missed on every covered frame', async () => {
    const lab = labs.start();
    const assigned = { s: { 1: TWO } };
    lab.load({ s: truthOn([0, 1, 2]) }, assigned);
    lab.putAll([0, 1, 2].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [0, 1, 2], assigned);
    const means = lab.report?.objects.map(({ region }) => region.mean) ?? [];
    expect(means[0]).toBeGreaterThan(0);
    expect(means.slice(1)).toEqual([0, 0]);
  });

  test('an assignment counts again only frames on which its object has a mask', async () => {
    const lab = labs.start();
    const frames = range(20);
    lab.load({ s: truthOn(frames) }, { s: { 1: TWO } });
    lab.putAll(frames.map((frame) => [frame, { 2: discs(frame)[1] ?? { x: 0, y: 0, radius: 0 } }]));
    lab.put(7, tracked(7));
    await untilInStep(lab, frames, { s: { 1: TWO } });
    lab.studio.scores.frames.length = 0;
    const assigned = { 1: TWO, 2: THREE };
    lab.assign('s', assigned);
    await untilInStep(lab, frames, { s: assigned });
    expect(lab.studio.scores.frames).toEqual([`s/${stemOf(7)}`]);
    lab.assign('s', {});
    await settled(lab, () => expect(lab.report).toBeUndefined());
    expect(lab.scoringOf('s').coveredFrames).toBe(0);
  });

  test('a removed object counts for nothing until it is brought back', async () => {
    const lab = labs.start();
    const frames = range(10);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    lab.putAll(frames.slice(0, 6).map((frame) => [frame, tracked(frame)]));
    lab.putAll(
      frames.slice(6).map((frame) => [frame, { 1: discs(frame)[3] ?? { x: 0, y: 0, radius: 0 } }]),
    );
    await untilInStep(lab, frames);
    const whole = lab.report;
    const tracklet = lab.state.tracklets.items.find(({ id }) => id === ONE);
    lab.set({ tracklets: withoutTracklet(lab.state.tracklets, ONE) });
    await untilInStep(lab, frames.slice(0, 6), { s: { 1: TWO, 2: THREE } });
    expect(lab.scoringOf('s')).toMatchObject({ assigned: ASSIGNED, coveredFrames: 6 });
    if (tracklet === undefined) throw new Error('no such object');
    lab.set({ tracklets: withTracklet(lab.state.tracklets, tracklet) });
    await untilInStep(lab, frames);
    expect(lab.report).toEqual(whole);
  });

  test('an object that the first true frame lacks is said to be left out, where it is', async () => {
    const lab = labs.start();
    const late: TrueDiscs = new Map(
      [0, 1, 2].map((frame) => {
        const { 3: _late, ...early } = discs(frame);
        return [frame, frame === 0 ? early : discs(frame)];
      }),
    );
    lab.load({ s: late }, { s: ASSIGNED });
    lab.putAll([0, 1, 2].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [0, 1, 2]);
    expect(lab.report?.objects.map(({ object }) => object)).toEqual(['1', '2']);
    expect(lab.report?.notices).toEqual([expect.stringContaining('does not show object 3')]);
    expect(alerts(lab)).toEqual([]);
    lab.choose('sav-all-frames');
    await untilInStep(lab, [0, 1, 2]);
    expect(lab.report?.objects.map(({ object }) => object)).toEqual(['1', '2', '3']);
  });

  test('all sequences with covered frames are in one report', async () => {
    const lab = labs.start();
    const assigned = { a: ASSIGNED, b: { 1: ONE }, c: {} };
    lab.load({ a: truthOn([0, 1, 2]), b: truthOn([2, 3]), c: truthOn([0, 1]) }, assigned);
    lab.putAll([0, 1, 2, 3].map((frame) => [frame, tracked(frame)]));
    await settled(lab, () =>
      expect(lab.report).toEqual(lab.expected({ a: [0, 1, 2], b: [2, 3] }, assigned)),
    );
    expect(lab.report?.sequences.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(lab.scoringOf('c').coveredFrames).toBe(0);
  });
});

test('what the user looks at is counted first', async () => {
  const lab = labs.start(300);
  const frames = range(300);
  lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
  lab.set({ playback: { ...lab.state.playback, shownFrame: frameIndex(222) } });
  lab.putAll(frames.map((frame) => [frame, tracked(frame)]));
  await untilInStep(lab, frames);
  const place = lab.studio.scores.frames.indexOf(`s/${stemOf(222)}`);
  expect(place).toBeLessThan(20);
});

test('another ground truth takes the place of one that is being scored', async () => {
  const lab = labs.start(200);
  const frames = range(200);
  lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
  lab.putAll(frames.map((frame) => [frame, tracked(frame)]));
  await until(() => lab.studio.scores.frames.length > 3, 'it is being scored');
  lab.load({ s: truthOn([3, 4, 5]) }, { s: ASSIGNED });
  await untilInStep(lab, [3, 4, 5]);
  expect(lab.studio.scores.frames.length).toBeLessThan(200);
  await pause(300);
  expect(lab.report).toEqual(lab.expected({ s: [3, 4, 5] }, { s: ASSIGNED }));
});
