import { describe, expect, test } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import type { IdPlane } from '../../../src/core/scores.ts';
import {
  evaluateSet,
  type EvaluationOptions,
  type EvaluationProgress,
} from '../../../src/scoring/evaluate-set.ts';
import { MemoryMaskFolder, plane } from '../../helpers/memory-mask-folder.ts';

type Planes = Readonly<Record<string, IdPlane>>;

const DOT = plane('1000', '0000', '0000');
const TWO = plane('1002', '0002', '0000');

/** The same plane on each of `count` frames of a sequence. */
function still(sequence: string, count: number, image: IdPlane): Planes {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${sequence}/0000${i}.png`, image]),
  );
}

function evaluate(truth: Planes, prediction: Planes, options: Partial<EvaluationOptions> = {}) {
  const folders = {
    truth: new MemoryMaskFolder('gt', truth),
    prediction: new MemoryMaskFolder('pred', prediction),
  };
  return {
    ...folders,
    report: evaluateSet({ ...folders, protocol: 'visor', setName: 'val', ...options }),
  };
}

async function failure(report: Promise<unknown>): Promise<StudioError> {
  const error: unknown = await report.catch((error: unknown) => error);
  if (!(error instanceof StudioError)) throw new Error(`not a StudioError: ${String(error)}`);
  expect(error.hint).toBeDefined();
  return error;
}

describe('files', () => {
  test('the first prediction is not opened, nor is what DAVIS does not score', async () => {
    const truth = still('s', 4, DOT);
    const { 's/00000.png': _first, 's/00003.png': _last, ...inner } = still('s', 4, DOT);
    const davis = evaluate(truth, inner, { protocol: 'davis' });
    expect((await davis.report).overall.mean).toBe(1);
    expect(davis.truth.reads).not.toContain('s/00003.png');
    await expect(evaluate(truth, inner).report).rejects.toThrow('pred/s/00003.png');
  });

  test('sequences and frames come in Python’s order, or the set’s', async () => {
    const names = ['b', 'a-1', 'a', 'B', '\u{1f600}', '\uff5e'];
    const truth = Object.assign({}, ...names.map((name) => still(name, 2, DOT))) as Planes;
    const { objects } = await evaluate(truth, truth).report;
    expect(objects.map(({ sequence }) => sequence)).toEqual([
      'B',
      'a',
      'a-1',
      'b',
      '\uff5e',
      '\u{1f600}',
    ]);
    const listed = await evaluate(truth, truth, { sequences: ['b', 'a', 'b'] }).report;
    expect(listed.objects.map(({ sequence }) => sequence)).toEqual(['b', 'a']);
  });

  test('hidden files are not frames', async () => {
    const truth = { ...still('s', 2, DOT), 's/._00001.png': TWO, '.cache/00000.png': DOT };
    const { overall } = await evaluate(truth, still('s', 2, DOT)).report;
    expect(overall.objectCount).toBe(1);
  });

  test('no more than a few frames are held', async () => {
    let most = 0;
    const run = evaluate(still('s', 10, DOT), still('s', 10, DOT), {
      onProgress: ({ framesDone }) => {
        most = Math.max(most, run.truth.reads.length - framesDone);
      },
    });
    await run.report;
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('errors name the file', () => {
  test.each<[string, Planes, Planes, Partial<EvaluationOptions>, string]>([
    ['a missing prediction', still('s', 3, DOT), still('s', 2, DOT), {}, 'pred/s/00002.png'],
    [
      'another size',
      still('s', 2, DOT),
      { ...still('s', 1, DOT), 's/00001.png': plane('1') },
      {},
      's/00001.png: The prediction has 1 × 1 pixels',
    ],
    [
      'a ground truth that changes its size',
      { ...still('s', 1, DOT), 's/00001.png': plane('1') },
      { ...still('s', 1, DOT), 's/00001.png': plane('1') },
      {},
      'The ground truth s/00001.png has 1 × 1 pixels',
    ],
    ['an unknown id', still('s', 3, DOT), still('s', 3, TWO), {}, 's/00001.png holds object id 2'],
    [
      'a sequence without ground truth',
      still('s', 3, DOT),
      still('s', 3, DOT),
      { sequences: ['s', 'gone'] },
      'There is no ground truth in gt/gone',
    ],
    ['no sequence', { '00000.png': DOT }, still('s', 3, DOT), {}, 'gt has no folder'],
    [
      'nothing predicted of SA-V',
      still('s', 3, DOT),
      still('t', 3, DOT),
      { protocol: 'sav' },
      'pred has none of the videos',
    ],
    [
      'two objects in a folder of one',
      { ...still('v/000', 3, DOT), 'v/000/00001.png': TWO },
      still('v/000', 3, DOT),
      { protocol: 'sav' },
      'gt/v/000/00001.png shows more than one object',
    ],
  ])('%s', async (_, truth, prediction, options, message) => {
    const error = await failure(evaluate(truth, prediction, options).report);
    expect(error.code).toBe('file-invalid');
    expect(error.message).toContain(message);
  });
});

describe('SA-V’s layout', () => {
  test('a folder an object scores as the same objects in one plane', async () => {
    const predicted = plane('1100', '0022', '0000');
    const own = (image: IdPlane, id: number): IdPlane => ({
      ...image,
      ids: image.ids.map((value) => (value === id ? 255 : 0)),
    });
    const split = (image: IdPlane) => ({
      ...still('v/000', 4, own(image, 1)),
      ...still('v/001', 4, own(image, 2)),
    });
    const options = { protocol: 'sav' } as const;
    const apart = await evaluate(split(TWO), split(predicted), options).report;
    const joint = await evaluate(still('v', 4, TWO), still('v', 4, predicted), options).report;
    expect(apart.objects.map(({ object }) => object)).toEqual(['000', '001']);
    expect(apart.overall).toEqual(joint.overall);
    expect(apart.sequences).toEqual(joint.sequences);
    expect(apart.files[0]?.text.replaceAll(/,00\d/g, '')).toBe(
      joint.files[0]?.text.replaceAll(/,00\d/g, ''),
    );
  });

  test('videos without prediction are left out, and named', async () => {
    const truth = { ...still('a', 3, DOT), ...still('b', 3, DOT) };
    const { objects, notices } = await evaluate(truth, still('a', 3, DOT), { protocol: 'sav' })
      .report;
    expect(objects).toHaveLength(1);
    expect(notices).toEqual([expect.stringContaining('b: not predicted')]);
  });
});

test('tells progress over the whole set', async () => {
  const seen: EvaluationProgress[] = [];
  const truth = { ...still('a', 2, DOT), ...still('b', 3, DOT) };
  await evaluate(truth, truth, { onProgress: (progress) => seen.push(progress) }).report;
  expect(seen.map(({ framesDone }) => framesDone)).toEqual([1, 2, 3, 4, 5]);
  expect(seen.at(-1)).toEqual({ framesDone: 5, framesTotal: 5, sequence: 'b' });
});

test('stops between frames with the signal’s reason', async () => {
  const stop = new AbortController();
  const reason = new DOMException('enough', 'AbortError');
  const run = evaluate(still('s', 20, DOT), still('s', 20, DOT), {
    signal: stop.signal,
    onProgress: ({ framesDone }) => {
      if (framesDone === 3) stop.abort(reason);
    },
  });
  await expect(run.report).rejects.toBe(reason);
  expect(run.truth.reads.length).toBeLessThan(10);
});
