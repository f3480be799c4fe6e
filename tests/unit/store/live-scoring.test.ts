import { afterEach, describe, expect, test, vi } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { FramePrompts } from '../../../src/core/prompts.ts';
import { SCORE_PROTOCOLS } from '../../../src/core/scores.ts';
import { withPrompts } from '../../../src/store/prompts-slice.ts';
import { withoutTracklet, withTracklet } from '../../../src/store/tracklets-slice.ts';
import type { Disc } from '../../helpers/fake-masks.ts';
import { LAB_SIZE, ScoreLab, stemOf, type TrueDiscs } from '../../helpers/score-lab.ts';
import { until } from '../../helpers/until.ts';

const [ONE, TWO, THREE] = [objectId(1), objectId(2), objectId(3)];
/** The user's objects are numbered otherwise than the ground truth's. */
const ASSIGNED = { 1: TWO, 2: THREE, 3: ONE };

let open: ScoreLab[] = [];

afterEach(() => {
  for (const lab of open) lab[Symbol.dispose]();
  open = [];
});

function start(frameCount = 40, objects = 3): ScoreLab {
  const lab = new ScoreLab({ frameCount, objects });
  open.push(lab);
  return lab;
}

/** Three discs that drift over each other; `off` pixels beside. */
function discs(frame: number, off = 0): Record<number, Disc> {
  const place = (id: number): Disc => ({
    x: 8 + 12 * id + 4 * Math.sin(frame / 9 + id) + off,
    y: 16 + 5 * Math.cos(frame / 7 - id),
    radius: 5 + id,
  });
  return { 1: place(1), 2: place(2), 3: place(3) };
}

/** The true discs under the numbers of the user's objects, a little wrong. */
function tracked(frame: number, off = 1 + (frame % 5)): Record<number, Disc> {
  const { 1: first, 2: second, 3: third } = discs(frame, off);
  return { ...(first && { 2: first }), ...(second && { 3: second }), ...(third && { 1: third }) };
}

const range = (count: number) => Array.from({ length: count }, (_, at) => at);

function truthOn(frames: readonly number[]): TrueDiscs {
  return new Map(frames.map((frame) => [frame, discs(frame)]));
}

const settled = (lab: ScoreLab, check: () => void) =>
  vi.waitFor(check, { timeout: 20_000, interval: 5 }).then(() => lab);

/** The page shows what one pass over the covered frames gives. */
async function untilInStep(
  lab: ScoreLab,
  frames: readonly number[],
  assigned: Parameters<ScoreLab['expected']>[1] = { s: ASSIGNED },
): Promise<void> {
  await settled(lab, () => {
    const { coveredFrames, scoredFrames } = lab.scoringOf('s');
    expect(scoredFrames).toBe(coveredFrames);
    expect(lab.report).toEqual(lab.expected({ s: frames }, assigned));
  });
}

const alerts = (lab: ScoreLab) => lab.state.alerts.log.map(({ message }) => message);

/** So that the page has taken note of all that was said. */
const pause = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

describe('in step with the masks', () => {
  test('300 frames scored as they are tracked give the report of one pass over all', async () => {
    const lab = start(300);
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
    const lab = start();
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
    const lab = start();
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
    const lab = start();
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
    const lab = start();
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
    const lab = start();
    lab.load({ s: truthOn([0, 1]) }, { s: ASSIGNED });
    const gone = { x: 0, y: 0, radius: 0 };
    lab.putAll([0, 1].map((frame) => [frame, { 2: gone }]));
    await untilInStep(lab, [0, 1]);
    expect(lab.scoringOf('s').coveredFrames).toBe(2);
    expect(lab.report?.overall.region.mean).toBe(0);
  });

  test('masks of a clip of another size are scored at the ground truth’s', async () => {
    const lab = start();
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
    const lab = start();
    const assigned = { s: { 1: TWO } };
    lab.load({ s: truthOn([0, 1, 2]) }, assigned);
    lab.putAll([0, 1, 2].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [0, 1, 2], assigned);
    const means = lab.report?.objects.map(({ region }) => region.mean) ?? [];
    expect(means[0]).toBeGreaterThan(0);
    expect(means.slice(1)).toEqual([0, 0]);
  });

  test('an assignment counts again only frames on which its object has a mask', async () => {
    const lab = start();
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
    const lab = start();
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
    const lab = start();
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
    const lab = start();
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
  const lab = start(300);
  const frames = range(300);
  lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
  lab.set({ playback: { ...lab.state.playback, shownFrame: frameIndex(222) } });
  lab.putAll(frames.map((frame) => [frame, tracked(frame)]));
  await untilInStep(lab, frames);
  const place = lab.studio.scores.frames.indexOf(`s/${stemOf(222)}`);
  expect(place).toBeLessThan(20);
});

test('another ground truth takes the place of one that is being scored', async () => {
  const lab = start(200);
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

describe('failures', () => {
  const failure = () => new StudioError('file-invalid', `s/${stemOf(3)}: bad pixels`);

  test('a frame that cannot be counted is named once, and stops no other', async () => {
    const lab = start();
    const frames = range(10);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    lab.studio.scores.failures.set(`s/${stemOf(3)}`, failure());
    lab.putAll(frames.map((frame) => [frame, tracked(frame)]));
    const others = frames.filter((frame) => frame !== 3);
    await settled(lab, () =>
      expect(lab.report).toEqual(lab.expected({ s: others }, { s: ASSIGNED })),
    );
    expect(lab.scoringOf('s')).toMatchObject({ coveredFrames: 10, scoredFrames: 9 });
    lab.put(3, tracked(3, 2));
    await pause();
    expect(alerts(lab)).toEqual([`s/${stemOf(3)}: bad pixels`]);
    lab.studio.scores.failures.clear();
    lab.put(3, tracked(3, 1));
    await untilInStep(lab, frames);
  });

  test('a fault of the studio names the frame too', async () => {
    const lab = start();
    lab.load({ s: truthOn([0, 1]) }, { s: ASSIGNED });
    lab.studio.scores.failures.set(`s/${stemOf(1)}`, new Error('Invariant: odd'));
    lab.putAll([0, 1].map((frame) => [frame, tracked(frame)]));
    await settled(lab, () =>
      expect(alerts(lab)).toEqual([`s/${stemOf(1)} cannot be scored: Invariant: odd`]),
    );
  });

  test('a report that fails is said once, and made again when counts change', async () => {
    const lab = start();
    lab.load({ s: truthOn([0, 1]) }, { s: ASSIGNED });
    lab.studio.scores.reportFailure = new StudioError('file-invalid', 'No object to score.');
    lab.putAll([0, 1].map((frame) => [frame, tracked(frame)]));
    await settled(lab, () => expect(alerts(lab)).toEqual(['No object to score.']));
    expect(lab.report).toBeUndefined();
    lab.put(1, tracked(1, 0));
    await untilInStep(lab, [0, 1]);
    expect(alerts(lab)).toHaveLength(1);
  });

  test('a worker that does not start is replaced', async () => {
    const lab = start();
    lab.studio.scores.deadWorkers = 1;
    lab.load({ s: truthOn([0, 1, 2]) }, { s: ASSIGNED });
    lab.putAll([0, 1, 2].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [0, 1, 2]);
    expect(alerts(lab)).toEqual([]);
  });

  test('where no worker starts, that is said once, and scoring goes on with the next mask', async () => {
    const lab = start();
    lab.studio.scores.deadWorkers = 100;
    lab.load({ s: truthOn([0, 1, 2]) }, { s: ASSIGNED });
    lab.putAll([0, 1].map((frame) => [frame, tracked(frame)]));
    await settled(lab, () => expect(alerts(lab)).toHaveLength(1));
    expect(alerts(lab)[0]).toContain('The score worker stopped');
    await pause();
    lab.put(0, tracked(0, 2));
    await pause();
    expect(lab.studio.scores.deadWorkers).toBeGreaterThan(90);
    expect(alerts(lab)).toHaveLength(1);
    lab.studio.scores.deadWorkers = 0;
    lab.put(2, tracked(2));
    await untilInStep(lab, [0, 1, 2]);
  });
});

describe('clicks', () => {
  const click = (x: number): FramePrompts => ({
    kind: 'clicks',
    points: Array.from({ length: x }, (_, at) => ({ x: at, y: 1, label: 'positive' as const })),
  });

  function prompt(lab: ScoreLab, object: number, frame: number, prompts: FramePrompts) {
    lab.set({
      prompts: withPrompts(lab.state.prompts, {
        objectId: objectId(object),
        frame: frameIndex(frame),
        prompts,
      }),
    });
  }

  const means = (lab: ScoreLab) =>
    lab.scoringOf('s').history.map(({ clicks, mean }) => [clicks, mean]);

  test('each click begins a moment, whose mean follows the newest report', async () => {
    const lab = start();
    const frames = range(6);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    prompt(lab, 2, 0, click(1));
    lab.put(0, tracked(0), 'prompt');
    lab.putAll(frames.slice(1, 4).map((frame) => [frame, tracked(frame, 6)]));
    await untilInStep(lab, frames.slice(0, 4));
    lab.putAll(frames.slice(4).map((frame) => [frame, tracked(frame, 6)]));
    await untilInStep(lab, frames);
    const first = lab.report?.overall.mean;
    expect(means(lab)).toEqual([[1, first]]);

    prompt(lab, 2, 3, { ...click(2), box: { x0: 0, y0: 0, x1: 4, y1: 4 } } as FramePrompts);
    prompt(lab, 9, 3, click(5));
    lab.put(3, tracked(3, 0), 'prompt');
    await untilInStep(lab, frames);
    const second = lab.report?.overall.mean;
    expect(second).toBeGreaterThan(first ?? 1);
    expect(means(lab)).toEqual([
      [1, first],
      [4, second],
    ]);

    lab.choose('davis');
    await untilInStep(lab, frames);
    expect(means(lab)).toEqual([[4, lab.report?.overall.mean]]);
    lab.choose('visor');
    await untilInStep(lab, frames);
    expect(means(lab)).toEqual([
      [1, first],
      [4, second],
    ]);

    prompt(lab, 2, 3, click(0));
    lab.put(3, tracked(3, 6), 'prompt');
    await untilInStep(lab, frames);
    expect(means(lab)).toEqual([[1, first]]);
  });

  test('mask prompts are no clicks', async () => {
    const lab = start();
    lab.load({ s: truthOn([0, 1]) }, { s: ASSIGNED });
    const mask = { width: 1, height: 1, counts: Uint32Array.of(1) };
    prompt(lab, 2, 0, { kind: 'mask', mask });
    lab.putAll([0, 1].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [0, 1]);
    expect(means(lab)).toEqual([[0, lab.report?.overall.mean]]);
  });

  test('a correction tells what it did to its frame, once the new score is there', async () => {
    const lab = start();
    const frames = range(6);
    lab.load({ s: truthOn(frames) }, { s: ASSIGNED });
    lab.putAll(frames.map((frame) => [frame, tracked(frame, 5)]));
    await untilInStep(lab, frames);
    const scoreOf = (object: string, frame: number) => {
      const score = lab.report?.objects.find((one) => one.object === object);
      const own = score?.frames.find(({ name }) => name === stemOf(frame));
      return own === undefined ? undefined : (own.region + own.boundary) / 2;
    };
    const before = scoreOf('1', 4);
    expect(lab.scoringOf('s').lastChange).toBeUndefined();
    prompt(lab, 2, 4, click(1));
    await pause();
    // Tracking elsewhere answers no prompt.
    lab.put(2, tracked(2, 4));
    await untilInStep(lab, frames);
    expect(lab.scoringOf('s').lastChange).toBeUndefined();
    lab.put(4, { 2: tracked(4, 1)[2] ?? { x: 0, y: 0, radius: 0 } }, 'prompt');
    await untilInStep(lab, frames);
    const after = scoreOf('1', 4);
    expect(after).toBeGreaterThan(before ?? 1);
    expect(lab.scoringOf('s').lastChange).toEqual({
      objectId: TWO,
      truthId: 1,
      frame: 4,
      stem: stemOf(4),
      before,
      after,
      clicks: 1,
    });
    lab.put(4, tracked(4, 3));
    await untilInStep(lab, frames);
    expect(lab.scoringOf('s').lastChange).toMatchObject({ before, after });
  });

  test('a prompt where there was no score, or of an object that is not compared, is no correction', async () => {
    const lab = start();
    const assigned = { s: { 1: TWO } };
    lab.load({ s: truthOn([0, 1, 2]) }, assigned);
    lab.putAll([0, 1].map((frame) => [frame, tracked(frame, 5)]));
    await untilInStep(lab, [0, 1], assigned);
    prompt(lab, 2, 0, click(1));
    prompt(lab, 2, 2, click(1));
    prompt(lab, 3, 1, click(1));
    lab.putAll(
      [0, 1, 2].map((frame) => [frame, tracked(frame, 1)]),
      'prompt',
    );
    await untilInStep(lab, [0, 1, 2], assigned);
    expect(lab.scoringOf('s').lastChange).toBeUndefined();
  });
});
