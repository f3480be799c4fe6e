import { describe, expect, it } from 'vitest';
import { frameIndex, type FrameIndex } from '../../../../../src/core/ids.ts';
import type { EngineGraphs } from '../../../../../src/engine/sam2/engine-graphs.ts';
import { FrameOutput } from '../../../../../src/engine/sam2/tracker/frame-output.ts';
import { selectionOf } from '../../../../../src/engine/sam2/tracker/memory-policy.ts';
import { Sam2MemoryPolicy } from '../../../../../src/engine/sam2/tracker/sam2-memory-policy.ts';
import type { TrackingDirection } from '../../../../../src/engine/sam2/tracker/tracking-direction.ts';
import { FAKE_CONFIG, FakeTensor, labelOf } from '../../../../helpers/fake-engine-graphs.ts';
import { span } from './tracker-fixture.ts';

const live = new Set<FakeTensor>();

function output(frame: number, hasMemory = true): FrameOutput {
  const tensor = (name: string) => new FakeTensor(`${name}${frame}`, [1], live);
  return new FrameOutput(
    {
      iouScores: tensor('i'),
      objectPointer: tensor('p'),
      objectScoreLogits: tensor('s'),
      [Symbol.dispose]: () => undefined,
    },
    {
      origin: 'tracked',
      shownLogits: tensor('l'),
      ...(hasMemory ? { memory: tensor('m') } : {}),
    },
  );
}

function outputs(frames: readonly number[]): Map<FrameIndex, FrameOutput> {
  return new Map(frames.map((frame) => [frameIndex(frame), output(frame)]));
}

interface Scene {
  readonly conditioning: readonly number[];
  readonly tracked: readonly number[];
  readonly frame: number;
  readonly direction?: TrackingDirection;
  readonly frameCount?: number;
  readonly maxConditioningFrames?: number;
}

/** Names of what is attended to: memories as `m3@row`, pointers as `p3@distance`. */
function select(scene: Scene) {
  const { direction = 'forward', frameCount = 100, frame } = scene;
  const query = { frame: frameIndex(frame), direction, frameCount, config: FAKE_CONFIG };
  const bank = {
    conditioning: outputs(scene.conditioning),
    nonConditioning: outputs(scene.tracked),
  };
  const choice = new Sam2MemoryPolicy(scene.maxConditioningFrames).choose(query, bank);
  const selection = selectionOf(choice);
  return {
    memories: selection.memories.map((m) => `${labelOf(m.features)}@${m.temporalRow}`),
    pointers: selection.pointers.map((p) => `${labelOf(p.pointer)}@${p.temporalDistance}`),
    maxPointerDistance: selection.maxPointerDistance,
  };
}

describe('which memories a frame attends to', () => {
  it('takes the conditioning frame with row 6, then six frames back from the farthest', () => {
    const { memories } = select({ conditioning: [0], tracked: span(1, 29), frame: 30 });
    expect(memories).toEqual(['m0@6', 'm24@5', 'm25@4', 'm26@3', 'm27@2', 'm28@1', 'm29@0']);
  });

  it('leaves out frames that are not there, without moving the others', () => {
    const { memories } = select({ conditioning: [0], tracked: [24, 26, 29], frame: 30 });
    expect(memories).toEqual(['m0@6', 'm24@5', 'm26@3', 'm29@0']);
  });

  it('looks ahead in reverse', () => {
    const { memories } = select({
      conditioning: [40],
      tracked: span(31, 39),
      frame: 30,
      direction: 'reverse',
    });
    expect(memories).toEqual(['m40@6', 'm36@5', 'm35@4', 'm34@3', 'm33@2', 'm32@1', 'm31@0']);
  });

  it('takes conditioning frames to come too, in the order in which they were prompted', () => {
    const { memories } = select({ conditioning: [50, 0, 20], tracked: [29], frame: 30 });
    expect(memories).toEqual(['m50@6', 'm0@6', 'm20@6', 'm29@0']);
  });

  it('does not reach over the ends of the clip', () => {
    expect(select({ conditioning: [0], tracked: [1], frame: 2 }).memories).toEqual([
      'm0@6',
      'm1@0',
    ]);
    const atEnd = { conditioning: [9], tracked: [8], frame: 7, frameCount: 10 };
    const { memories } = select({ ...atEnd, direction: 'reverse' });
    expect(memories).toEqual(['m9@6', 'm8@0']);
  });

  it('skips a frame whose memory was let go of, and keeps its pointer', () => {
    const pointerOnly = output(28, false);
    const query = { frame: frameIndex(30), direction: 'forward', frameCount: 100 } as const;
    const choice = new Sam2MemoryPolicy().choose(
      { ...query, config: FAKE_CONFIG },
      {
        conditioning: outputs([0]),
        nonConditioning: new Map([...outputs([29]), [frameIndex(28), pointerOnly]]),
      },
    );
    const selection = selectionOf(choice);
    expect(selection.memories.map(({ features }) => labelOf(features))).toEqual(['m0', 'm29']);
    expect(selection.pointers.map(({ pointer }) => labelOf(pointer))).toEqual(['p0', 'p29', 'p28']);
  });

  it('needs a conditioning frame', () => {
    expect(() => select({ conditioning: [], tracked: [1], frame: 2 })).toThrow(
      /conditioning frame/,
    );
  });
});

describe('which pointers a frame attends to', () => {
  it('takes conditioning frames of the past, then fifteen frames from the nearest', () => {
    const { pointers, maxPointerDistance } = select({
      conditioning: [0, 60],
      tracked: span(1, 29),
      frame: 30,
    });
    expect(pointers).toEqual(['p0@30', ...span(29, 15).map((t) => `p${t}@${30 - t}`)]);
    expect(maxPointerDistance).toBe(15);
  });

  it('counts distances up in reverse as well', () => {
    const { pointers } = select({
      conditioning: [0, 40],
      tracked: [31, 33, 46],
      frame: 30,
      direction: 'reverse',
    });
    expect(pointers).toEqual(['p40@10', 'p31@1', 'p33@3']);
  });

  it('takes the pointer of a conditioning frame that is corrected itself', () => {
    expect(select({ conditioning: [30], tracked: [], frame: 30 }).pointers).toEqual(['p30@0']);
  });

  it('scales distances by the length of a short clip', () => {
    const short = select({ conditioning: [0], tracked: [1, 2, 3], frame: 4, frameCount: 6 });
    expect(short.maxPointerDistance).toBe(5);
    const single = select({ conditioning: [0], tracked: [], frame: 0, frameCount: 1 });
    expect(single).toMatchObject({ pointers: ['p0@0'], maxPointerDistance: 1 });
  });

  it('leaves out what is 15 frames back in a clip of 15', () => {
    const scene = { conditioning: [0], tracked: span(1, 13), frame: 14, frameCount: 15 };
    expect(select(scene).pointers).toEqual(['p0@14', ...span(13, 1).map((t) => `p${t}@${14 - t}`)]);
  });
});

describe('a limit on conditioning frames', () => {
  it('takes the nearest before, the nearest at or after, then the nearest others', () => {
    const { memories } = select({
      conditioning: [0, 10, 28, 50, 90],
      tracked: [],
      frame: 30,
      maxConditioningFrames: 3,
    });
    expect(memories).toEqual(['m10@6', 'm28@6', 'm50@6']);
  });

  it('takes the others like tracked frames where they are near', () => {
    const { memories, pointers } = select({
      conditioning: [25, 26, 28, 29, 50],
      tracked: [27],
      frame: 30,
      maxConditioningFrames: 2,
    });
    expect(memories).toEqual(['m29@6', 'm50@6', 'm25@4', 'm26@3', 'm27@2', 'm28@1']);
    expect(pointers).toEqual(['p29@1', 'p28@2', 'p27@3', 'p26@4', 'p25@5']);
  });

  it('cannot be below two', () => {
    expect(() => new Sam2MemoryPolicy(1)).toThrow(/2 conditioning frames/);
  });
});

describe('neighbours', () => {
  const neighbours = (frame: number, direction: TrackingDirection) =>
    new Sam2MemoryPolicy().neighbours({
      frame: frameIndex(frame),
      direction,
      frameCount: 100,
      config: FAKE_CONFIG satisfies EngineGraphs['config'],
    });

  it('are the six frames whose memory would be taken', () => {
    expect(neighbours(30, 'forward')).toEqual(span(29, 24));
    expect(neighbours(30, 'reverse')).toEqual(span(31, 36));
    expect(neighbours(2, 'forward')).toEqual([1, 0]);
    expect(neighbours(99, 'reverse')).toEqual([]);
  });
});
