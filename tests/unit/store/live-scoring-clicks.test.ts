import { afterEach, describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { FramePrompts } from '../../../src/core/prompts.ts';
import { withPrompts } from '../../../src/store/prompts-slice.ts';
import { stemOf, type ScoreLab } from '../../helpers/score-lab.ts';
import {
  ASSIGNED,
  LabShelf,
  pause,
  range,
  tracked,
  truthOn,
  untilInStep,
} from '../../helpers/live-scores.ts';

const TWO = objectId(2);
const labs = new LabShelf();
afterEach(() => labs[Symbol.dispose]());

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
    const lab = labs.start();
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
    const lab = labs.start();
    lab.load({ s: truthOn([0, 1]) }, { s: ASSIGNED });
    const mask = { width: 1, height: 1, counts: Uint32Array.of(1) };
    prompt(lab, 2, 0, { kind: 'mask', mask });
    lab.putAll([0, 1].map((frame) => [frame, tracked(frame)]));
    await untilInStep(lab, [0, 1]);
    expect(means(lab)).toEqual([[0, lab.report?.overall.mean]]);
  });

  test('a correction tells what it did to its frame, once the new score is there', async () => {
    const lab = labs.start();
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
    const lab = labs.start();
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
