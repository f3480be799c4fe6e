import { afterEach, describe, expect, test } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { stemOf } from '../../helpers/score-lab.ts';
import {
  ASSIGNED,
  LabShelf,
  alerts,
  pause,
  range,
  settled,
  tracked,
  truthOn,
  untilInStep,
} from '../../helpers/live-scores.ts';

const labs = new LabShelf();
afterEach(() => labs[Symbol.dispose]());

describe('failures', () => {
  const failure = () => new StudioError('file-invalid', `s/${stemOf(3)}: bad pixels`);

  test('a frame that cannot be counted is named once, and stops no other', async () => {
    const lab = labs.start();
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
    const lab = labs.start();
    lab.load({ s: truthOn([0, 1]) }, { s: ASSIGNED });
    lab.studio.scores.failures.set(`s/${stemOf(1)}`, new Error('Invariant: odd'));
    lab.putAll([0, 1].map((frame) => [frame, tracked(frame)]));
    await settled(lab, () =>
      expect(alerts(lab)).toEqual([`s/${stemOf(1)} cannot be scored: Invariant: odd`]),
    );
  });

  test('a report that fails is said once, and made again when counts change', async () => {
    const lab = labs.start();
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
    const lab = labs.start();
    lab.studio.scores.deadWorkers = 1;
    lab.load({ s: truthOn([0, 1, 2]) }, { s: ASSIGNED });
    lab.putAll([0, 1, 2].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [0, 1, 2]);
    expect(alerts(lab)).toEqual([]);
  });

  test('where no worker starts, that is said once, and scoring goes on with the next mask', async () => {
    const lab = labs.start();
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
