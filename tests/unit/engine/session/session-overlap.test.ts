import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { HAND, MUG, SessionFixture, bar } from './session-fixture.ts';

const MASK = { kind: 'mask', mask: bar(3) } as const;

function session(frameCount: number, budgets?: ConstructorParameters<typeof SessionFixture>[1]) {
  return new SessionFixture({ frameCount, overlap: 'highest-logit-wins' }, budgets);
}

describe('objects that share no pixel', () => {
  test('are read together, on prompted frames and while tracking', async () => {
    await using fixture = session(3);
    await fixture.setPrompts(MUG, 0, MASK);
    await fixture.setPrompts(HAND, 0, MASK);
    const [mug, hand] = ['filled logits0@0', 'filled logits1@0'];
    expect(fixture.kernels.reads).toEqual([[mug], [mug, hand]]);
    expect(fixture.clip.takePut()).toEqual(['0/1', '0/1', '0/2']);
    fixture.kernels.reads.length = 0;
    await fixture.track(0, 2);
    expect(fixture.kernels.reads.map((group) => group.length)).toEqual([2, 2, 2]);
    expect(fixture.kernels.reads[0]).toEqual([mug, hand]);
    expect(new Set(fixture.kernels.ways)).toEqual(new Set(['non-overlapping']));
    expect(fixture.clip.put).toEqual(['0/1', '0/2', '1/1', '1/2', '2/1', '2/2']);
  });

  test('come in the order in which objects came; the summary is of the one prompted', async () => {
    await using fixture = session(3);
    await fixture.click(HAND, 1, 5);
    // The fake gives the second of those read together the larger mask.
    expect(await fixture.click(MUG, 1, 5)).toMatchObject({ objectId: MUG, areaPx: 2 * 8 });
    expect(await fixture.click(HAND, 1, 5, 6)).toMatchObject({ objectId: HAND, areaPx: 8 });
    expect(fixture.clip.put.slice(-2)).toEqual(['1/2', '1/1']);
  });

  test('are told anew when one of them is taken back', async () => {
    await using fixture = session(3);
    await fixture.click(MUG, 0, 5);
    await fixture.click(HAND, 0, 5);
    fixture.clip.takePut();
    expect(await fixture.click(HAND, 0)).toBeUndefined();
    expect(fixture.clip.takePut()).toEqual(['0/1']);
    expect(fixture.kernels.reads.at(-1)).toHaveLength(1);
  });

  test('are told anew where a removed one had prompts, and only there', async () => {
    await using fixture = session(4);
    await fixture.click(MUG, 0, 5);
    await fixture.click(HAND, 0, 5);
    await fixture.click(HAND, 2, 5);
    await fixture.track(0, 3);
    fixture.clip.takePut();
    await fixture.session.removeObject(HAND);
    expect(fixture.clip.takePut()).toEqual(['0/1', '2/1']);
    await fixture.session.removeObject(MUG);
    expect(fixture.clip.takePut()).toEqual([]);
  });

  test('are told anew on prompted frames when tracked masks are forgotten', async () => {
    await using fixture = session(4);
    await fixture.click(MUG, 0, 5);
    await fixture.click(HAND, 2, 5);
    await fixture.track(0, 3);
    await fixture.track(3, 0);
    fixture.clip.takePut();
    await fixture.session.clearTracking();
    expect(fixture.clip.takePut()).toEqual(['0/1', '2/2']);
  });

  test('take part on a prompted frame though their logits were let go of', async () => {
    await using fixture = session(30, { featureBytes: 0, recentStateBytes: 0 });
    await fixture.click(MUG, 0, 5);
    await fixture.click(HAND, 29, 5);
    await fixture.track(0, 29);
    fixture.clip.takePut();
    fixture.clip.masksAsked.length = 0;
    await fixture.click(HAND, 12, 5);
    expect(fixture.clip.takePut()).toEqual(['12/1', '12/2']);
    expect(fixture.clip.masksAsked).toContain('12/1');
    // Tracking on is not disturbed by what was rebuilt.
    expect((await fixture.track(28, 29)).state).toBe('complete');
  });

  test('and restored prompts show nothing', async () => {
    await using fixture = session(3);
    await fixture.session.restorePrompts({ objectId: MUG, frame: frameIndex(0), prompts: MASK });
    expect(fixture.clip.put).toEqual([]);
    expect(fixture.kernels.reads).toEqual([]);
  });
});

describe('objects that may overlap', () => {
  test('are read in one go, each whole, and a prompt tells of its own only', async () => {
    await using fixture = new SessionFixture({ frameCount: 3 });
    await fixture.click(MUG, 0, 5);
    await fixture.click(HAND, 0, 5);
    expect(fixture.clip.takePut()).toEqual(['0/1', '0/2']);
    await fixture.track(0, 2);
    expect(fixture.kernels.reads.map((group) => group.length)).toEqual([1, 1, 2, 2, 2]);
    expect(new Set(fixture.kernels.ways)).toEqual(new Set(['overlapping']));
    fixture.clip.takePut();
    await fixture.session.removeObject(HAND);
    expect(fixture.clip.put).toEqual([]);
  });
});

describe('post-processing', () => {
  const promptMemory = { isMaskFromPoints: true, logits: 'filled logits0@0' };

  test.each([
    ['is applied unless told otherwise', undefined, promptMemory],
    ['is applied', 'applied' as const, promptMemory],
    ['is left out', 'none' as const, { isMaskFromPoints: false, logits: 'logits0@0' }],
  ])('%s', async (_, postprocessing, memory) => {
    await using fixture = new SessionFixture({
      frameCount: 3,
      ...(postprocessing === undefined ? {} : { postprocessing }),
    });
    await fixture.setPrompts(MUG, 0, MASK);
    await fixture.click(HAND, 0, 5);
    await fixture.track(0, 2);
    const memories = fixture.graphs.callsOf('encodeMemory');
    expect(memories[0]).toMatchObject({ frame: 0, ...memory });
    expect(memories.slice(2).every((call) => !call.isMaskFromPoints)).toBe(true);
    const isFilled = fixture.kernels.reads.flat().map((label) => label.startsWith('filled'));
    expect(new Set(isFilled)).toEqual(new Set([postprocessing !== 'none']));
  });
});
