import { afterEach, describe, expect, test } from 'vitest';
import { ScoreClient, scoreWorkerCount } from '../../../src/client/score-client.ts';
import { StudioError } from '../../../src/core/errors.ts';
import type { CountedFrame, FramePair } from '../../../src/core/scores.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type { ScoreApi } from '../../../src/protocol/score-api.ts';
import { fakeWorker, type FakeWorker } from '../../helpers/fake-worker.ts';
import { until } from '../../helpers/until.ts';

installErrorTransfer();

/** Counts nothing, but says when. `frame()` is awaited for each frame. */
class SlowScorer implements ScoreApi {
  readonly batches: string[][] = [];
  cancels = 0;
  busy = 0;
  readonly #frame: (name: string) => Promise<void>;

  constructor(frame: (name: string) => Promise<void>) {
    this.#frame = frame;
  }

  async connectMedia(port: MessagePort): Promise<void> {
    port.close();
  }

  async scoreFrames(pairs: readonly FramePair[]): Promise<CountedFrame[]> {
    const cancelsBefore = this.cancels;
    this.busy++;
    this.batches.push(pairs.map(({ name }) => name));
    try {
      for (const { name } of pairs) {
        await this.#frame(name);
        if (this.cancels > cancelsBefore) throw new DOMException('Cancelled.', 'AbortError');
      }
    } finally {
      this.busy--;
    }
    return pairs.map(({ name }) => ({ name, counts: { objects: [] } }));
  }

  async report(): Promise<undefined> {
    return undefined;
  }

  async cancel(): Promise<void> {
    this.cancels++;
  }
}

const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

interface Pool {
  readonly client: ScoreClient;
  readonly scorers: SlowScorer[];
  readonly workers: FakeWorker[];
  readonly connected: MessagePort[];
  mediaFailure: Error | undefined;
}

let open: Pool[] = [];

afterEach(() => {
  for (const { client } of open) client[Symbol.dispose]();
  open = [];
});

function pool(workerCount: number, frame: (name: string) => Promise<void> = soon): Pool {
  const scorers: SlowScorer[] = [];
  const workers: FakeWorker[] = [];
  const connected: MessagePort[] = [];
  const made: Pool = {
    scorers,
    workers,
    connected,
    mediaFailure: undefined,
    client: new ScoreClient({
      workerCount,
      spawn: () => {
        const scorer = new SlowScorer(frame);
        const worker = fakeWorker(scorer);
        scorers.push(scorer);
        workers.push(worker);
        return worker;
      },
      media: {
        connect: async (port) => {
          port.close();
          if (made.mediaFailure !== undefined) throw made.mediaFailure;
          connected.push(port);
        },
      },
      onFault: () => {},
    }),
  };
  open.push(made);
  return made;
}

function pairs(count: number): FramePair[] {
  const plane = { kind: 'ids', width: 1, height: 1, ids: Uint8Array.of(0) } as const;
  return Array.from({ length: count }, (_, at) => ({
    name: String(at),
    truth: plane,
    prediction: plane,
  }));
}

const names = (frames: readonly { readonly name: string }[]) => frames.map(({ name }) => name);

test('one core is left to the rest of the studio, and four workers are enough', () => {
  expect([1, 2, 3, 4, 8, 64].map(scoreWorkerCount)).toEqual([1, 1, 2, 3, 4, 4]);
});

test('starts nothing before the first call, and no more workers than there is work for', async () => {
  const { client, scorers, connected } = pool(4);
  expect(scorers).toHaveLength(0);
  await client.scoreFrames(pairs(3));
  expect(scorers).toHaveLength(1);
  await client.scoreFrames(pairs(1));
  expect(scorers).toHaveLength(1);
  expect(connected).toHaveLength(1);
});

test('deals batches to all workers, and gives the frames back in their order', async () => {
  // Later batches are faster.
  const { client, scorers, connected } = pool(3, (name) => {
    return new Promise((resolve) => setTimeout(resolve, Number(name) < 20 ? 4 : 1));
  });
  const counted = await client.scoreFrames(pairs(100));
  expect(names(counted)).toEqual(names(pairs(100)));
  expect(scorers).toHaveLength(3);
  expect(connected).toHaveLength(3);
  for (const scorer of scorers) expect(scorer.batches.length).toBeGreaterThan(0);
});

test('calls share the workers, each of which does one thing at a time', async () => {
  let most = 0;
  const made = pool(2, async () => {
    most = Math.max(most, ...made.scorers.map(({ busy }) => busy));
    await soon();
  });
  const calls = [20, 30, 7].map((count) => made.client.scoreFrames(pairs(count)));
  const report = made.client.report({ protocol: 'visor', setName: 's', sequences: [] });
  expect((await Promise.all(calls)).map((frames) => frames.length)).toEqual([20, 30, 7]);
  expect(await report).toBeUndefined();
  expect(most).toBe(1);
  expect(made.scorers).toHaveLength(2);
});

describe('an abort', () => {
  test('cancels the batches under way, deals no more, and gives its reason', async () => {
    const { client, scorers } = pool(2);
    const controller = new AbortController();
    const scoring = client.scoreFrames(pairs(400), controller.signal);
    await until(() => scorers.some(({ batches }) => batches.length > 1), 'it is under way');
    const reason = new Error('another clip');
    controller.abort(reason);
    await expect(scoring).rejects.toBe(reason);
    await until(() => scorers.every(({ busy }) => busy === 0), 'all workers rest');
    const dealt = scorers.flatMap(({ batches }) => batches).length;
    expect(dealt).toBeLessThan(20);
    expect(await client.scoreFrames(pairs(9))).toHaveLength(9);
  });

  test('before the call starts nothing', async () => {
    const { client, scorers } = pool(2);
    const reason = new Error('too late');
    await expect(client.scoreFrames(pairs(1), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(scorers).toHaveLength(0);
  });
});

describe('failures', () => {
  test('the first one ends the call, and the workers go on to the next', async () => {
    const { client, scorers } = pool(2, async (name) => {
      await soon();
      if (name === '13') throw new StudioError('file-invalid', '13: bad', { hint: 'Look.' });
    });
    await expect(client.scoreFrames(pairs(200))).rejects.toMatchObject({
      code: 'file-invalid',
      message: '13: bad',
    });
    expect(await client.scoreFrames(pairs(5))).toHaveLength(5);
    expect(scorers).toHaveLength(2);
  });

  test('a worker that does not start fails its call; the next call has another', async () => {
    const { client, workers } = pool(1, () => new Promise(() => {}));
    const scoring = client.scoreFrames(pairs(2));
    workers[0]?.raiseError('no script');
    await expect(scoring).rejects.toMatchObject({ code: 'worker-terminated' });
    expect(workers).toHaveLength(1);
    expect(await client.report({ protocol: 'sav', setName: 's', sequences: [] })).toBeUndefined();
    expect(workers).toHaveLength(2);
    expect(workers[0]?.isTerminated).toBe(true);
  });

  test('a worker without masks is of no use', async () => {
    const made = pool(1);
    made.mediaFailure = new StudioError('worker-terminated', 'The video worker stopped.');
    await expect(made.client.scoreFrames(pairs(1))).rejects.toThrow('The video worker stopped.');
    expect(made.workers[0]?.isTerminated).toBe(true);
    made.mediaFailure = undefined;
    expect(await made.client.scoreFrames(pairs(1))).toHaveLength(1);
  });

  test('dispose ends calls under way, waiting ones and later ones', async () => {
    const { client, workers } = pool(1, () => new Promise(() => {}));
    const calls = [client.scoreFrames(pairs(1)), client.scoreFrames(pairs(1))];
    await until(() => workers.length === 1, 'the worker runs');
    client[Symbol.dispose]();
    for (const call of [...calls, client.scoreFrames(pairs(1))]) {
      await expect(call).rejects.toMatchObject({ code: 'worker-terminated' });
    }
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true]);
  });
});
