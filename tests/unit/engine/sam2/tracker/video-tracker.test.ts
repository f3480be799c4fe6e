import { describe, expect, it } from 'vitest';
import { StudioError } from '../../../../../src/core/errors.ts';
import { frameIndex, objectId } from '../../../../../src/core/ids.ts';
import { labelOf } from '../../../../helpers/fake-engine-graphs.ts';
import { finish, HAND, MUG, placed, pointAt, span, TrackerFixture } from './tracker-fixture.ts';

describe('prompts on a frame not tracked yet', () => {
  it('see no memory, and one point gives three masks to choose from', async () => {
    using fixture = new TrackerFixture(10);
    const result = await fixture.click(MUG, 4, 10);
    expect(fixture.graphs.calls).toEqual([
      { kind: 'encodeImage', frame: 4 },
      {
        kind: 'decodeMask',
        frame: 4,
        labels: [1],
        isConditioned: false,
        previousLogits: undefined,
        isMultimask: true,
      },
    ]);
    expect(result).toMatchObject({ objectId: MUG, frame: 4, origin: 'prompt' });
    expect(result && labelOf(result.lowResMaskLogits)).toBe('filled logits0@4');
    expect(result && labelOf(result.iouScores)).toBe('iou0@4');
  });

  it('refine the filled mask of the points before', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    await fixture.click(MUG, 0, 10, pointAt(20, 'negative'));
    expect(fixture.graphs.callsOf('decodeMask')[1]).toMatchObject({
      labels: [1, 0],
      isMultimask: false,
      isConditioned: false,
      previousLogits: 'filled logits0@0',
    });
  });

  it('count a box as two points', async () => {
    using fixture = new TrackerFixture(10);
    const box = { x0: 1, y0: 1, x1: 20, y1: 20 };
    await fixture.tracker.setPrompts(placed(MUG, 0, { kind: 'clicks', points: [], box }));
    const points = [pointAt(10)];
    await fixture.tracker.setPrompts(placed(MUG, 0, { kind: 'clicks', points, box }));
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [2, 3], isMultimask: false, previousLogits: undefined },
      { labels: [2, 3, 1], isMultimask: false, previousLogits: 'filled logits0@0' },
    ]);
  });

  it('take a mask as it is', async () => {
    using fixture = new TrackerFixture(10);
    const result = await fixture.setMask(MUG, 0);
    expect(fixture.graphs.calls.slice(1)).toEqual([
      { kind: 'useMaskAsOutput', frame: 0, areaPx: 64 * 32 },
    ]);
    expect(result?.origin).toBe('prompt');
  });

  it('start afresh when a mask takes the place of clicks, and the other way round', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    await fixture.setMask(MUG, 0);
    await fixture.click(MUG, 0, 10);
    expect(fixture.graphs.callsOf('decodeMask')[1]?.previousLogits).toBeUndefined();
  });

  it('give the earlier mask back when a click is taken back', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    await fixture.click(MUG, 0, 10, 20);
    await fixture.click(MUG, 0, 10, 20, 30);
    fixture.clearCalls();
    const result = await fixture.click(MUG, 0, 10, 20);
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [1], previousLogits: undefined },
      { labels: [1, 1], previousLogits: 'filled logits3@0' },
    ]);
    expect(result && labelOf(result.lowResMaskLogits)).toBe('filled logits4@0');
  });

  it('do nothing when they are what they were', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    fixture.clearCalls();
    const result = await fixture.click(MUG, 0, 10);
    expect(fixture.graphs.calls).toEqual([]);
    expect(result && labelOf(result.lowResMaskLogits)).toBe('filled logits0@0');
  });

  it('leave nothing when they are taken back', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    expect(await fixture.click(MUG, 0)).toBeUndefined();
    expect(fixture.tracker.objectIds).toEqual([]);
    await fixture.click(MUG, 0, 10);
    expect(fixture.graphs.callsOf('decodeMask')[1]?.previousLogits).toBeUndefined();
  });

  it('encode a frame once for all objects', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    await fixture.click(HAND, 0, 20);
    expect(fixture.graphs.callsOf('encodeImage')).toHaveLength(1);
  });

  it('leave the object as it was when the model fails', async () => {
    using fixture = new TrackerFixture(10);
    fixture.graphs.failNext = 'decodeMask';
    await expect(fixture.click(MUG, 0, 10)).rejects.toThrow('decodeMask failed');
    expect(fixture.tracker.objectIds).toEqual([]);
    await fixture.click(MUG, 0, 10);
    fixture.graphs.failNext = 'decodeMask';
    await expect(fixture.click(MUG, 0, 10, 20)).rejects.toThrow('decodeMask failed');
    await fixture.click(MUG, 0, 10, 30);
    expect(fixture.graphs.callsOf('decodeMask').at(-1)).toMatchObject({
      labels: [1, 1],
      previousLogits: 'filled logits0@0',
    });
  });
});

describe('propagation', () => {
  it('encodes the memory of prompts from filled, binarised logits, before it starts', async () => {
    using fixture = new TrackerFixture(2);
    await fixture.click(MUG, 0, 10);
    await fixture.setMask(HAND, 0);
    fixture.clearCalls();
    await fixture.track();
    expect(fixture.graphs.callsOf('encodeMemory').slice(0, 2)).toEqual([
      { kind: 'encodeMemory', frame: 0, logits: 'filled logits0@0', isMaskFromPoints: true },
      { kind: 'encodeMemory', frame: 0, logits: 'filled logits1@0', isMaskFromPoints: true },
    ]);
  });

  it('encodes the memory of tracked frames from unfilled logits, and shows filled ones', async () => {
    using fixture = new TrackerFixture(2);
    await fixture.click(MUG, 0, 10);
    const frames = await fixture.track();
    expect(fixture.graphs.callsOf('encodeMemory')[1]).toEqual({
      kind: 'encodeMemory',
      frame: 1,
      logits: 'logits1@1',
      isMaskFromPoints: false,
    });
    expect(frames).toEqual([
      { frame: 0, shown: ['1:filled logits0@0'] },
      { frame: 1, shown: ['1:filled logits1@1'] },
    ]);
  });

  it('decodes tracked frames without points, with three masks to choose from', async () => {
    using fixture = new TrackerFixture(2);
    await fixture.click(MUG, 0, 10, 20);
    await fixture.track();
    expect(fixture.graphs.callsOf('decodeMask')[1]).toEqual({
      kind: 'decodeMask',
      frame: 1,
      labels: [],
      isConditioned: true,
      previousLogits: undefined,
      isMultimask: true,
    });
  });

  it('starts at the earliest prompt of any object and computes no prompted frame', async () => {
    using fixture = new TrackerFixture(6);
    await fixture.click(MUG, 4, 10);
    await fixture.click(HAND, 2, 20);
    fixture.clearCalls();
    const frames = await fixture.track();
    expect(frames.map(({ frame }) => frame)).toEqual([2, 3, 4, 5]);
    expect(fixture.graphs.callsOf('decodeMask').map(({ frame }) => frame)).toEqual([
      2, 3, 3, 4, 5, 5,
    ]);
    expect(frames[0]?.shown).toEqual(['1:filled logits2@2', '2:filled logits1@2']);
  });

  it('keeps the memories of objects apart', async () => {
    using fixture = new TrackerFixture(3);
    await fixture.click(MUG, 0, 10);
    await fixture.click(HAND, 0, 20);
    await fixture.track();
    expect(fixture.graphs.callsOf('attendMemory').map(({ memories }) => memories)).toEqual([
      ['memory of filled logits0@0:6'],
      ['memory of filled logits1@0:6'],
      ['memory of filled logits0@0:6', 'memory of logits2@1:0'],
      ['memory of filled logits1@0:6', 'memory of logits3@1:0'],
    ]);
  });

  it('goes back from where it is told to', async () => {
    using fixture = new TrackerFixture(6);
    await fixture.click(MUG, 3, 10);
    const start = frameIndex(5);
    const frames = await fixture.track({ direction: 'reverse', start });
    expect(frames.map(({ frame }) => frame)).toEqual(span(5, 0));
    const attention = fixture.graphs.callsOf('attendMemory');
    expect(attention.map(({ frame }) => frame)).toEqual([5, 4, 2, 1, 0]);
    // On frames after the prompt its pointer lies in the past of a reverse run: it is not taken.
    expect(attention[0]).toMatchObject({
      memories: ['memory of filled logits0@3:6'],
      pointers: [],
      maxPointerDistance: 5,
    });
    expect(attention[4]?.pointers).toEqual([
      'pointer0@3:3',
      'pointer4@1:1',
      'pointer3@2:2',
      'pointer2@4:4',
      'pointer1@5:5',
    ]);
  });

  it('ends where it is told to, at the latest at the end of the clip', async () => {
    using fixture = new TrackerFixture(6);
    await fixture.click(MUG, 1, 10);
    const until = async (end: number) => {
      const request = { direction: 'forward', end: frameIndex(end) } as const;
      return (await fixture.track(request)).map(({ frame }) => frame);
    };
    expect(await until(2)).toEqual([1, 2]);
    expect(await until(99)).toEqual([1, 2, 3, 4, 5]);
    expect(await until(0)).toEqual([]);
  });

  it('has nothing to do in reverse from the first frame', async () => {
    using fixture = new TrackerFixture(6);
    await fixture.click(MUG, 0, 10);
    const propagation = fixture.tracker.propagate({ direction: 'reverse' });
    expect(propagation.framesTotal).toBe(0);
    expect(await propagation.step()).toBeUndefined();
  });

  it('works on a clip of one frame', async () => {
    using fixture = new TrackerFixture(1);
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    await fixture.click(MUG, 0, 10, 20);
    expect(fixture.lastAttention()?.maxPointerDistance).toBe(1);
  });

  it('tracks the objects asked for only', async () => {
    using fixture = new TrackerFixture(3);
    await fixture.click(MUG, 0, 10);
    await fixture.click(HAND, 0, 20);
    const frames = await fixture.track({ direction: 'forward', objectIds: [HAND] });
    expect(frames.map(({ shown }) => shown.length)).toEqual([1, 1, 1]);
    expect(fixture.graphs.callsOf('encodeMemory')[0]?.logits).toBe('filled logits1@0');
  });

  it('needs a prompt for each object', async () => {
    using fixture = new TrackerFixture(3);
    const track =
      (...ids: number[]) =>
      () =>
        fixture.tracker.propagate({ direction: 'forward', objectIds: ids.map(objectId) });
    expect(() => fixture.tracker.propagate({ direction: 'forward' })).toThrow(StudioError);
    await fixture.click(MUG, 0, 10);
    expect(track(1)).not.toThrow();
    expect(track(1, 2)).toThrow('Object 2 has no prompt to track from.');
  });

  it('stops between frames when it is told to, and can be taken up again', async () => {
    using fixture = new TrackerFixture(5);
    await fixture.click(MUG, 0, 10);
    const stop = new AbortController();
    const propagation = fixture.tracker.propagate({ direction: 'forward' }, stop.signal);
    await propagation.step();
    await propagation.step();
    stop.abort();
    await expect(propagation.step()).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
    expect(propagation.framesDone).toBe(2);
    fixture.clearCalls();
    await fixture.track({ direction: 'forward', start: frameIndex(2) });
    expect(fixture.graphs.callsOf('attendMemory')[0]?.memories).toEqual([
      'memory of filled logits0@0:6',
      'memory of logits1@1:0',
    ]);
  });

  it('can repeat a step that failed', async () => {
    for (const failing of ['attendMemory', 'decodeMask', 'encodeMemory', 'encodeImage'] as const) {
      using fixture = new TrackerFixture(3);
      await fixture.click(MUG, 0, 10);
      const propagation = fixture.tracker.propagate({ direction: 'forward' });
      await propagation.step();
      fixture.graphs.failNext = failing;
      await expect(propagation.step()).rejects.toThrow(`${failing} failed`);
      expect(await finish(propagation)).toHaveLength(2);
    }
  });

  it('counts prompts set between two steps from the next step on', async () => {
    using fixture = new TrackerFixture(5);
    await fixture.click(MUG, 0, 10);
    const propagation = fixture.tracker.propagate({ direction: 'forward' });
    await propagation.step();
    await propagation.step();
    await fixture.click(MUG, 4, 30);
    const steps = await finish(propagation);
    expect(steps.map(({ frame }) => frame)).toEqual([2, 3, 4]);
    expect(fixture.graphs.callsOf('attendMemory')[1]?.memories).toEqual([
      'memory of filled logits0@0:6',
      'memory of filled logits2@4:6',
      'memory of logits1@1:0',
    ]);
    expect(steps[2]?.shown).toEqual(['1:filled logits2@4']);
  });

  it('goes on without an object that is removed between two steps', async () => {
    using fixture = new TrackerFixture(4);
    await fixture.click(MUG, 0, 10);
    await fixture.click(HAND, 0, 20);
    const propagation = fixture.tracker.propagate({ direction: 'forward' });
    await propagation.step();
    fixture.tracker.removeObject(MUG);
    expect((await finish(propagation)).map(({ shown }) => shown.length)).toEqual([1, 1, 1]);
  });

  it('refuses calls that overlap', async () => {
    using fixture = new TrackerFixture(4);
    const first = fixture.click(MUG, 0, 10);
    await expect(fixture.click(HAND, 0, 10)).rejects.toThrow(/overlap/);
    expect(() => fixture.tracker.reset()).toThrow(/overlap/);
    await first;
  });
});

describe('forgetting', () => {
  it('an object leaves the others alone', async () => {
    using fixture = new TrackerFixture(4);
    await fixture.click(MUG, 0, 10);
    await fixture.click(HAND, 0, 20);
    await fixture.track();
    const before = fixture.graphs.live.size;
    fixture.tracker.removeObject(MUG);
    expect(fixture.tracker.objectIds).toEqual([HAND]);
    expect(before - fixture.graphs.live.size).toBe(4 * 5);
    fixture.tracker.removeObject(MUG);
  });

  it('everything leaves no tensor', async () => {
    using fixture = new TrackerFixture(4);
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    await fixture.click(MUG, 2, 10);
    await fixture.click(MUG, 2, 10, 20);
    fixture.tracker.reset();
    expect(fixture.tracker.objectIds).toEqual([]);
    expect(fixture.graphs.live.size).toBe(3);
    await fixture.click(MUG, 2, 10);
    expect(fixture.graphs.callsOf('decodeMask').at(-1)?.isConditioned).toBe(false);
  });

  it('what was tracked keeps first prompts and runs corrections again without memory', async () => {
    using fixture = new TrackerFixture(6);
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    await fixture.click(MUG, 3, 20);
    await fixture.click(MUG, 3, 20, 30);
    fixture.clearCalls();
    const changed = await fixture.tracker.clearTracking();
    expect(changed.map(({ frame, origin }) => [frame, origin])).toEqual([[3, 'prompt']]);
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { frame: 3, labels: [1], isConditioned: false, previousLogits: undefined },
      { frame: 3, labels: [1, 1], isConditioned: false, previousLogits: 'filled logits8@3' },
    ]);
    fixture.clearCalls();
    expect(await fixture.track()).toHaveLength(6);
    expect(fixture.graphs.callsOf('decodeMask').map(({ frame }) => frame)).toEqual([1, 2, 4, 5]);
  });
});
