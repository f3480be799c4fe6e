import { expose, transfer, wrap, type Remote } from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { ScoreClient } from '../../../src/client/score-client.ts';
import { isAbort } from '../../../src/core/errors.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle } from '../../../src/core/rle.ts';
import type { CountedFrame, FramePair, IdPlane } from '../../../src/core/scores.ts';
import { IndexedPngWriter } from '../../../src/formats/png-writer.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type { ScoreApi } from '../../../src/protocol/score-api.ts';
import { packRequest, unpackReport } from '../../../src/protocol/score-packing.ts';
import { FrameScorer } from '../../../src/scoring/frame-scorer.ts';
import { reportSoFar } from '../../../src/scoring/report-so-far.ts';

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
  const batch = FRAMES / 4;
  const batches = await Promise.all(
    [first, second, first, second].map((scorer, index) =>
      scorer.scoreFrames(pairs.slice(index * batch, (index + 1) * batch)),
    ),
  );
  const frames = batches.flat();
  expect(frames).toEqual(expectedFrames());
  const sequences = [{ name: 'clip', frames }];
  for (const protocol of ['visor', 'davis', 'sav'] as const) {
    const request = { protocol, setName: 'clip', sequences };
    const packed = await first.report(packRequest(request));
    const report = packed === undefined ? undefined : unpackReport(packed, request);
    expect(report).toEqual(reportSoFar(request));
    expect(report?.overall.objectCount).toBe(3);
  }
});

test('the page’s client runs as many workers as it is given, on masks of the decode worker', async () => {
  const masks = (frame: number) =>
    [1, 2, 3].map((id) => ({
      objectId: objectId(id + 3),
      frame: frameIndex(frame),
      mask: encodeRle({
        ...SIZE,
        data: scene(frame, true).ids.map((value) => (value === id ? 1 : 0)),
      }),
    }));
  let started = 0;
  const client = new ScoreClient({
    workerCount: 2,
    spawn: () => {
      started++;
      return new Worker(new URL('../../../workers/score.worker.ts', import.meta.url), {
        type: 'module',
      });
    },
    media: {
      connect: async (port) => expose({ masksOfFrames: (start: number) => masks(start) }, port),
    },
    onFault: () => {},
  });
  const objects = [1, 2, 3].map((id) => ({ objectId: objectId(id + 3), truthId: id }));
  const counted = await client.scoreFrames(
    pairs.map(({ name, truth }, frame) => ({
      name,
      truth,
      prediction: {
        kind: 'tracked',
        frame: frameIndex(frame),
        overlap: 'lowest-id-wins',
        objects,
        ...SIZE,
      },
    })),
  );
  expect(counted).toEqual(expectedFrames());
  expect(started).toBe(2);
  client[Symbol.dispose]();
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
  const [counted] = await scorer.scoreFrames([
    {
      name: '5.png',
      truth: { kind: 'png', file: new Blob([Uint8Array.from(png)]) },
      prediction: { kind: 'tracked', frame: frameIndex(5), overlap: 'lowest-id-wins', ...SIZE },
    },
  ]);
  expect(counted).toEqual(expectedFrames()[5]);
});

test('errors keep their code and name the frame', async () => {
  const small = { kind: 'ids', width: 1, height: 1, ids: new Uint8Array(1) } as const;
  const scoring = startWorker().scoreFrames([{ ...pairAt(0), prediction: small }]);
  await expect(scoring).rejects.toMatchObject({
    code: 'file-invalid',
    message: expect.stringMatching(/^0\.png: /),
  });
});

test('cancelling reaches a worker in the middle of a batch', async () => {
  const scorer = startWorker();
  const { port1, port2 } = new MessageChannel();
  let read = 0;
  const masksOfFrames = () => {
    if (++read === 1) void scorer.cancel();
    return [];
  };
  expose({ masksOfFrames }, port2);
  await scorer.connectMedia(transfer(port1, [port1]));
  const tracked = { kind: 'tracked', frame: frameIndex(0), overlap: 'kept', ...SIZE } as const;
  const many = Array.from({ length: 20 }, () => pairs)
    .flat()
    .map((pair) => ({ ...pair, prediction: tracked }));
  const error: unknown = await scorer.scoreFrames(many).catch((error: unknown) => error);
  expect(isAbort(error)).toBe(true);
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(many.length);
});
