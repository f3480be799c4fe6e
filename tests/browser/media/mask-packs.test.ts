import { proxy, transfer, wrap, type Remote } from 'comlink';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle, rleIou, type MaskRle } from '../../../src/core/rle.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type {
  ComparePort,
  MediaApi,
  MediaPort,
  SavingStopped,
  SummarisedMask,
} from '../../../src/protocol/media-api.ts';
import { fixture } from './clips.ts';

const SIZE = { width: 192, height: 112 };
const CUP = objectId(1);

interface Lab {
  readonly worker: Worker;
  readonly api: Remote<MediaApi>;
  readonly masks: Remote<MediaPort & ComparePort>;
  readonly told: SavingStopped[];
}

let projectId: string;
let labs: Lab[];

beforeAll(() => installErrorTransfer());

beforeEach(() => {
  projectId = crypto.randomUUID();
  labs = [];
});

afterEach(async () => {
  for (const { worker } of labs) worker.terminate();
  const cleaner = await startLab();
  for (const id of await cleaner.api.savedPacks()) await cleaner.api.deletePack(id);
  cleaner.worker.terminate();
});

/** A decode worker with an open clip. */
async function startLab(): Promise<Lab> {
  const worker = new Worker(new URL('../../../workers/decode.worker.ts', import.meta.url), {
    type: 'module',
  });
  const api = wrap<MediaApi>(worker);
  await api.open({ kind: 'file', file: await fixture('b-frames.mp4') });
  const { port1, port2 } = new MessageChannel();
  await api.connect(transfer(port2, [port2]));
  const lab: Lab = { worker, api, masks: wrap<MediaPort & ComparePort>(port1), told: [] };
  labs.push(lab);
  return lab;
}

function openPack({ api, told }: Lab) {
  const onStopped = (reason: SavingStopped) => void told.push(reason);
  return api.openPack(projectId, proxy(onStopped));
}

/** Ends the worker in whatever it does, as closing the tab does, and starts another. */
async function restart({ worker }: Lab) {
  worker.terminate();
  const lab = await startLab();
  return { lab, contents: await openPack(lab) };
}

function mask(object: number, frame: number, own: MaskRle = disc(frame, object)): SummarisedMask {
  return {
    objectId: objectId(object),
    frame: frameIndex(frame),
    mask: own,
    origin: 'tracked',
    predictedIou: 1 / 3,
    objectScoreLogit: -frame,
  };
}

function disc(x: number, y: number, radius = 20): MaskRle {
  const { width, height } = SIZE;
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) - x * 2, Math.floor(i / width) - y * 10) < radius ? 1 : 0,
  );
  return encodeRle({ width, height, data });
}

async function packBytes(id = projectId): Promise<number> {
  const root = await navigator.storage.getDirectory();
  const projects = await root.getDirectoryHandle('projects');
  const folder = await projects.getDirectoryHandle(id);
  return (await (await folder.getFileHandle('masks.pack')).getFile()).size;
}

function allMasks({ masks }: Lab) {
  return masks.masksOfFrames(frameIndex(0), frameIndex(60));
}

describe('a worker that is killed', () => {
  it('has kept how well masks agree with tracking in the other direction', async () => {
    const first = await startLab();
    await openPack(first);
    const forward = { ...mask(1, 0, disc(50, 5)), direction: 'forward' } as const;
    const reverse = { ...mask(1, 0, disc(54, 5)), direction: 'reverse' } as const;
    const alone = { ...mask(1, 1, disc(50, 5)), direction: 'forward' } as const;
    expect(await first.masks.putMasks([forward, alone])).toEqual([undefined, undefined]);
    expect(await first.masks.putMasks([reverse], { isCorrection: true })).toEqual([undefined]);
    const [iou] = await first.masks.putMasks([forward]);
    expect(iou).toBeCloseTo(rleIou(forward.mask, reverse.mask), 9);
    const before = await allMasks(first);
    const found = await first.masks.compareMasks([{ ...alone, mask: reverse.mask }, mask(2, 7)]);
    expect(found).toEqual([iou, undefined]);

    const { lab, contents } = await restart(first);
    expect(await allMasks(lab)).toEqual(before);
    expect(
      contents.summaries.map(({ direction, oppositeIou }) => [direction, oppositeIou]),
    ).toEqual([
      ['forward', iou],
      ['forward', iou],
    ]);
  });

  it('has lost nothing of what was put, and no step', async () => {
    const first = await startLab();
    await openPack(first);
    const frames = Array.from({ length: 60 }, (_, i) => i);
    await first.api.beginStep(1);
    for (const frame of frames) await first.masks.putMasks([mask(1, frame), mask(2, frame)]);
    await first.api.beginStep(2);
    await first.api.removeMasks(CUP, [frameIndex(3), frameIndex(4)]);
    await first.api.beginStep(3);
    await first.masks.putMasks([mask(2, 0, disc(50, 5, 40))]);
    const undone = await first.api.revertStep(3);
    const before = await allMasks(first);

    const { lab, contents } = await restart(first);
    expect(contents).toMatchObject({ firstStep: 1, nextStep: 3, endStep: 4, notices: [] });
    expect(await allMasks(lab)).toEqual(before);
    expect(contents.summaries).toHaveLength(118);
    expect(contents.summaries[0]).toMatchObject({ predictedIou: 1 / 3, objectScoreLogit: -0 });
    expect((await lab.api.revertStep(2)).put.map(({ frame }) => frame)).toEqual([3, 4]);
    await lab.api.reapplyStep(2);
    await lab.api.reapplyStep(3);
    expect(await lab.api.revertStep(3)).toEqual(undone);
    const { removed } = await lab.api.revertStep(2).then(() => lab.api.revertStep(1));
    expect(removed.map(({ objectId: id, frames: own }) => [id, own.length])).toEqual([
      [1, 60],
      [2, 60],
    ]);
  });

  it('in the midst of putting keeps every batch that was answered', async () => {
    const first = await startLab();
    await openPack(first);
    let answered = 0;
    const putting = (async () => {
      for (let frame = 0; frame < 60; frame++) {
        await first.masks.putMasks([mask(1, frame), mask(2, frame)]);
        answered++;
      }
    })();
    // The answers of a worker that is gone never come.
    void putting;
    await expect.poll(() => answered).toBeGreaterThan(10);
    first.worker.terminate();
    const atEnd = answered;
    const { contents } = await restart(first);
    expect(contents.summaries.length).toBeGreaterThanOrEqual(2 * atEnd);
    // The two of a batch are there together.
    expect(contents.summaries.length % 2).toBe(0);
  });

  it('by reloading again and again has lost nothing', async () => {
    let lab = await startLab();
    await openPack(lab);
    for (let life = 0; life < 5; life++) {
      await lab.api.beginStep(life + 1);
      await lab.masks.putMasks([mask(1, life)]);
      const next = await restart(lab);
      ({ lab } = next);
      expect(next.contents).toMatchObject({ nextStep: life + 2, notices: [] });
      expect(next.contents.summaries).toHaveLength(life + 1);
    }
  });
});

describe('two tabs', () => {
  it('do not open one project; the second is told, and may have it after the first', async () => {
    const [first, second] = [await startLab(), await startLab()];
    await openPack(first);
    await first.masks.putMasks([mask(1, 0)]);
    await expect(openPack(second)).rejects.toMatchObject({
      code: 'project-in-use',
      message: 'This project is open in another tab.',
    });
    await expect(second.api.deletePack(projectId)).rejects.toMatchObject({
      code: 'project-in-use',
    });
    await first.api.closePack();
    expect((await openPack(second)).summaries).toHaveLength(1);
  });

  it('open projects of their own beside each other', async () => {
    const [first, second] = [await startLab(), await startLab()];
    await openPack(first);
    const other = crypto.randomUUID();
    await second.api.openPack(
      other,
      proxy(() => {}),
    );
    await first.masks.putMasks([mask(1, 0)]);
    expect((await second.api.savedPacks()).toSorted()).toEqual([projectId, other].toSorted());
  });
});

describe('a pack', () => {
  it('is rewritten when most of it is of no use', async () => {
    const first = await startLab();
    await openPack(first);
    // Masks of which each run is a pixel long: 21,504 bytes each.
    const noise = { ...SIZE, counts: new Uint32Array(SIZE.width * SIZE.height).fill(1) };
    for (let step = 1; step <= 120; step++) {
      await first.api.beginStep(step);
      await first.masks.putMasks([mask(1, step % 5, noise)]);
    }
    await first.api.dropSteps(110);
    const before = await packBytes();
    expect(before).toBeGreaterThan(2_500_000);
    const masks = await allMasks(first);
    const { lab, contents } = await restart(first);
    expect(contents).toMatchObject({ firstStep: 111, nextStep: 121, notices: [] });
    expect(await packBytes()).toBeLessThan(400_000);
    expect(await allMasks(lab)).toEqual(masks);
    await lab.api.revertStep(120);
    await lab.masks.putMasks([mask(3, 3)]);
    expect((await restart(lab)).contents).toMatchObject({
      nextStep: 120,
      summaries: { length: 6 },
    });
  });

  it('goes with its clip: another has none of it, and it is whole afterwards', async () => {
    const lab = await startLab();
    await openPack(lab);
    await lab.masks.putMasks([mask(1, 0)]);
    await lab.api.open({ kind: 'file', file: await fixture('vp9.webm') });
    expect(await allMasks(lab)).toEqual([]);
    await lab.api.open({ kind: 'file', file: await fixture('b-frames.mp4') });
    expect((await openPack(lab)).summaries).toHaveLength(1);
    await lab.api.deletePack(projectId);
    expect(await lab.api.savedPacks()).toEqual([]);
  });

  it('of a clip of another size is refused', async () => {
    const lab = await startLab();
    await openPack(lab);
    const turned = await fixture('clockwise-90.mp4');
    await lab.api.open({ kind: 'file', file: turned });
    await expect(openPack(lab)).rejects.toMatchObject({
      code: 'file-invalid',
      hint: 'Open the clip that the project was made on.',
    });
  });
});

describe('2,000 masks of a large clip', () => {
  const LARGE = { width: 1920, height: 1080 };

  /** An outline that wobbles, as the model draws it. */
  function blob(seed: number): MaskRle {
    const { width, height } = LARGE;
    const [x0, y0] = [700 + 50 * seed, 540];
    const data = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const angle = Math.atan2(y - y0, x - x0);
        const radius = 260 + 40 * Math.sin(5 * angle + seed) + 6 * Math.sin(41 * angle - seed);
        if (Math.hypot(x - x0, y - y0) < radius) data[y * width + x] = 1;
      }
    }
    return encodeRle({ ...LARGE, data });
  }

  async function openLarge({ api }: Lab): Promise<void> {
    const canvas = new OffscreenCanvas(LARGE.width, LARGE.height);
    canvas.getContext('2d')?.fillRect(0, 0, 9, 9);
    const files = [new File([await canvas.convertToBlob()], '0.png')];
    await api.open({ kind: 'folder', name: 'large', files });
  }

  it('are written as they come and read again in seconds', async () => {
    const lab = await startLab();
    await openLarge(lab);
    await openPack(lab);
    const shapes = Array.from({ length: 3 }, (_, seed) => blob(seed));
    await lab.api.beginStep(1);
    const startMs = performance.now();
    let rawBytes = 0;
    for (let frame = 0; frame < 500; frame++) {
      const masks = [1, 2, 3, 4].map((object) =>
        mask(object, frame, shapes[(frame + object) % 3] ?? emptyMask()),
      );
      rawBytes += masks.reduce((sum, { mask: own }) => sum + own.counts.byteLength, 0);
      await lab.masks.putMasks(masks);
    }
    const putMs = performance.now() - startMs;
    const bytes = await packBytes();
    lab.worker.terminate();

    const next = await startLab();
    await openLarge(next);
    const openMs = performance.now();
    const contents = await openPack(next);
    const reopenMs = performance.now() - openMs;
    expect(contents.summaries).toHaveLength(2000);
    expect(bytes).toBeLessThan(rawBytes / 3);
    expect(reopenMs).toBeLessThan(10_000);
    console.info(
      `2,000 masks: ${Math.round(bytes / 2000)} of ${Math.round(rawBytes / 2000)} bytes each, ` +
        `put in ${Math.round(putMs)} ms by 500 calls, read again in ${Math.round(reopenMs)} ms`,
    );
  });

  function emptyMask(): MaskRle {
    return encodeRle({ ...LARGE, data: new Uint8Array(LARGE.width * LARGE.height) });
  }
});

describe('a browser without room', () => {
  const setQuota = (quotaSize?: number) =>
    cdp().send('Storage.overrideQuotaForOrigin', {
      origin: location.origin,
      ...(quotaSize === undefined ? {} : { quotaSize }),
    });

  afterEach(() => setQuota());

  it('goes on in memory, says so once, and saves all of it when there is room', async () => {
    const lab = await startLab();
    await openPack(lab);
    const { usage = 0 } = await navigator.storage.estimate();
    await setQuota(usage + 100_000);
    const noise = { ...SIZE, counts: new Uint32Array(SIZE.width * SIZE.height).fill(1) };
    await lab.api.beginStep(1);
    for (let frame = 0; frame < 60; frame++) await lab.masks.putMasks([mask(1, frame, noise)]);
    await expect
      .poll(() => lab.told)
      .toEqual([expect.objectContaining({ message: 'There is no room left to save masks.' })]);
    expect(await allMasks(lab)).toHaveLength(60);
    await expect(lab.api.resumeSaving()).rejects.toMatchObject({ code: 'storage-full' });
    await setQuota();
    await lab.api.resumeSaving();
    const { contents } = await restart(lab);
    expect(contents).toMatchObject({ nextStep: 2, summaries: { length: 60 }, notices: [] });
  });
});
