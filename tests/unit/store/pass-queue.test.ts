import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { PropagationRequest } from '../../../src/protocol/inference-api.ts';
import { PassQueue } from '../../../src/store/pass-queue.ts';

const [ONE, TWO, THREE] = [objectId(1), objectId(2), objectId(3)];

function pass(start: number, end: number, objectIds = [ONE, TWO]): PropagationRequest {
  const direction = start <= end ? 'forward' : 'reverse';
  return { objectIds, start: frameIndex(start), end: frameIndex(end), direction };
}

/** A queue whose first pass has come to a frame and was ended there. */
function interrupted(at: number, ...passes: readonly PropagationRequest[]): PassQueue {
  const queue = new PassQueue(passes);
  queue.advance(frameIndex(at));
  queue.interrupt();
  return queue;
}

const correct = (queue: PassQueue, frame: number, id = ONE) =>
  queue.correct({ objectId: id, frame: frameIndex(frame) });

describe('what is left of a run', () => {
  test('goes on behind the newest frame, then with the other passes', () => {
    const queue = interrupted(14, pass(10, 30), pass(10, 0));
    expect(queue.rest).toEqual([pass(15, 30), pass(10, 0)]);
    expect(queue.framesLeft).toBe(16 + 11);
  });

  test('is the whole pass where no frame has come out', () => {
    const queue = new PassQueue([pass(10, 30)]);
    queue.interrupt();
    expect(queue.rest).toEqual([pass(10, 30)]);
  });

  test('is nothing of a pass that had come to its end', () => {
    expect(interrupted(30, pass(10, 30), pass(10, 0)).rest).toEqual([pass(10, 0)]);
  });

  test('reaches the first frame in reverse, from which nothing can be tracked', () => {
    const [rest] = interrupted(1, pass(10, 0)).rest;
    expect(rest).toMatchObject({ start: 1, end: 0, direction: 'reverse' });
  });
});

describe('a correction while a run is under way', () => {
  test('runs the object again from there, then goes on with all', () => {
    const queue = interrupted(20, pass(10, 30));
    expect(correct(queue, 15)).toBe(true);
    expect(queue.rest).toEqual([pass(15, 20, [ONE]), pass(21, 30)]);
  });

  test('ahead of the run needs nothing to be run again', () => {
    const queue = interrupted(20, pass(10, 30));
    expect(correct(queue, 25)).toBe(true);
    expect(queue.rest).toEqual([pass(21, 30)]);
  });

  test('where the run does not come is not taken in', () => {
    const queue = interrupted(20, pass(10, 30));
    expect(correct(queue, 5)).toBe(false);
    expect(correct(queue, 15, THREE)).toBe(false);
    expect(queue.rest).toEqual([pass(21, 30)]);
  });

  test('on the frame that both directions start from is carried both ways', () => {
    const queue = new PassQueue([pass(10, 30), pass(10, 0)]);
    queue.advance(frameIndex(30));
    queue.finish();
    queue.advance(frameIndex(6));
    queue.interrupt();
    expect(correct(queue, 10)).toBe(true);
    const back = { ...pass(10, 6, [ONE]) };
    expect(queue.rest).toEqual([pass(10, 30, [ONE]), back, pass(5, 0)]);
  });

  test('in the part before the current pass runs that again, in its direction', () => {
    const queue = new PassQueue([pass(10, 30), pass(10, 0)]);
    queue.advance(frameIndex(30));
    queue.finish();
    queue.advance(frameIndex(6));
    queue.interrupt();
    correct(queue, 22);
    expect(queue.rest).toEqual([pass(22, 30, [ONE]), pass(5, 0)]);
  });

  test('followed by an earlier one runs each frame once', () => {
    const queue = interrupted(20, pass(10, 30));
    correct(queue, 15);
    correct(queue, 12);
    expect(queue.rest).toEqual([pass(12, 20, [ONE]), pass(21, 30)]);
  });

  test('while an earlier one is carried on goes as far as the run had come', () => {
    const queue = interrupted(20, pass(10, 30));
    correct(queue, 12);
    queue.advance(frameIndex(16));
    queue.interrupt();
    correct(queue, 14);
    expect(queue.rest).toEqual([pass(14, 20, [ONE]), pass(21, 30)]);
  });

  test('of two objects runs each from its own frame', () => {
    const queue = interrupted(20, pass(10, 30));
    correct(queue, 15);
    correct(queue, 18, TWO);
    expect(queue.rest).toEqual([pass(18, 20, [TWO]), pass(15, 20, [ONE]), pass(21, 30)]);
  });

  test('that leaves nothing said of an object leaves it out', () => {
    const queue = interrupted(20, pass(10, 30));
    correct(queue, 15);
    queue.retain((id) => id === TWO);
    expect(queue.rest).toEqual([pass(21, 30, [TWO])]);
  });
});
