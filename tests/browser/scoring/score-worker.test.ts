import { expose, proxy, transfer, wrap, type Remote } from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { isAbort } from '../../../src/core/errors.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle } from '../../../src/core/rle.ts';
import type { CountedFrame, FramePair, IdPlane } from '../../../src/core/scores.ts';
import { IndexedPngWriter } from '../../../src/formats/png-writer.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type { ScoreApi } from '../../../src/protocol/score-api.ts';
import { FrameScorer } from '../../../src/scoring/frame-scorer.ts';
import { reportSequences } from '../../../src/scoring/report.ts';

installErrorTransfer();

const SIZE = { width: 427, height: 240 };
const FRAMES = 40;

let workers: Worker[] = [];

afterEach(() => {
  for (const worker of workers) worker.terminate();
  workers = [];
});

function startWorker(): Remote<ScoreApi> {
  const worker = new Worker(new URL('../../../workers/score.worker.ts', import.meta.url), {
    type: 'module',
  });
  workers.push(worker);
  return wrap<ScoreApi>(worker);
}

/** Three discs that move; predicted ones are a little off. */
function scene(frame: number, isPrediction: boolean): IdPlane {
  const ids = new Uint8Array(SIZE.width * SIZE.height);
  const off = isPrediction ? 3 : 0;
  for (let i = 0; i < ids.length; i++) {
    const [x, y] = [i % SIZE.width, Math.floor(i / SIZE.width)];
    for (let id = 1; id <= 3; id++) {
      const radius = 15 + 10 * id;
      if (Math.hypot(x - 100 * id - frame - off, y - 120 + off) < radius) ids[i] = id;
    }
  }
  return { ...SIZE, ids };
}

function pairAt(frame: number): FramePair {
  return {
    name: `${frame}.png`,
    truth: { kind: 'ids', ...scene(frame, false) },
    prediction: { kind: 'ids', ...scene(frame, true) },
  };
}

const pairs = Array.from({ length: FRAMES }, (_, frame) => pairAt(frame));

function expectedFrames(): CountedFrame[] {
  const scorer = new FrameScorer();
  return pairs.map(({ name }, frame) => ({
    name,
    counts: scorer.count(scene(frame, false), scene(frame, true)),
  }));
}

test('frames dealt to two workers give the report of one pass', async () => {
  const [first, second] = [startWorker(), startWorker()];
  const seen: number[] = [];
  const batch = FRAMES / 4;
  const batches = await Promise.all(
    [first, second, first, second].map((scorer, index) =>
      scorer.scoreFrames(
        pairs.slice(index * batch, (index + 1) * batch),
        proxy((done: number) => seen.push(done)),
      ),
    ),
  );
  const frames = batches.flat();
  expect(frames).toEqual(expectedFrames());
  expect(Math.max(...seen)).toBe(batch);
  const sequences = [{ name: 'clip', frames }];
  for (const protocol of ['visor', 'davis', 'sav'] as const) {
    const report = await first.report({ protocol, setName: 'clip', sequences });
    expect(report).toEqual(reportSequences({ protocol, setName: 'clip', sequences }));
    expect(report.overall.objectCount).toBe(3);
  }
});

test('reads ground truth from files and predictions from the decode worker', async () => {
  const scorer = startWorker();
  const { port1, port2 } = new MessageChannel();
  const truth = scene(5, false);
  const masks = [1, 2, 3].map((id) => ({
    objectId: objectId(id),
    frame: frameIndex(5),
    mask: encodeRle({ ...SIZE, data: scene(5, true).ids.map((value) => (value === id ? 1 : 0)) }),
  }));
  expose({ masksOfFrames: (start: number) => (start === 5 ? masks : []) }, port2);
  await scorer.connectMedia(transfer(port1, [port1]));
  const png = await new IndexedPngWriter(SIZE).encode(truth.ids);
  const [counted] = await scorer.scoreFrames(
    [
      {
        name: '5.png',
        truth: { kind: 'png', file: new Blob([Uint8Array.from(png)]) },
        prediction: { kind: 'tracked', frame: frameIndex(5), overlap: 'lowest-id-wins', ...SIZE },
      },
    ],
    proxy(() => {}),
  );
  expect(counted).toEqual(expectedFrames()[5]);
});

test('errors keep their code and name the frame', async () => {
  const small = { kind: 'ids', width: 1, height: 1, ids: new Uint8Array(1) } as const;
  const scoring = startWorker().scoreFrames(
    [{ ...pairAt(0), prediction: small }],
    proxy(() => {}),
  );
  await expect(scoring).rejects.toMatchObject({
    code: 'file-invalid',
    message: expect.stringMatching(/^0\.png: /),
  });
});

test('cancelling reaches a worker in the middle of a batch', async () => {
  const scorer = startWorker();
  const many = Array.from({ length: 20 }, () => pairs).flat();
  let done = 0;
  const scoring = scorer.scoreFrames(
    many,
    proxy((frames: number) => {
      done = frames;
      if (frames === 1) void scorer.cancel();
    }),
  );
  const error: unknown = await scoring.catch((error: unknown) => error);
  expect(isAbort(error)).toBe(true);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(many.length);
});
