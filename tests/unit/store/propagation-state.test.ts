import { expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import {
  framesPerSecond,
  isRunning,
  remainingMs,
  transition,
  type PropagationEvent,
  type PropagationState,
} from '../../../src/store/propagation-state.ts';

const STARTED: PropagationEvent = {
  type: 'started',
  direction: 'forward',
  objectIds: [objectId(1)],
  framesTotal: 10,
  atMs: 1000,
};
const advance = (framesDone: number, atMs: number): PropagationEvent => ({
  type: 'advanced',
  framesDone,
  newestFrame: frameIndex(framesDone),
  atMs,
});

function after(...events: PropagationEvent[]): PropagationState {
  return events.reduce(transition, { status: 'idle' });
}

test('prompts make tracking required, until there are none', () => {
  expect(after({ type: 'prompts-changed' })).toEqual({ status: 'required' });
  expect(after({ type: 'prompts-changed' }, { type: 'nothing-prompted' }).status).toBe('idle');
});

test('a run goes on while prompts change, and starts only once', () => {
  const running = after(STARTED, advance(4, 2000));
  expect(transition(running, { type: 'prompts-changed' })).toBe(running);
  expect(transition(running, { ...STARTED, framesTotal: 99 })).toBe(running);
});

test('speed and time left follow from the frames done', () => {
  const state = after(STARTED, advance(4, 2000));
  if (!isRunning(state)) throw new Error('not running');
  expect(framesPerSecond(state.run)).toBe(4);
  expect(remainingMs(state.run)).toBe(1500);
  const fresh = after(STARTED);
  if (!isRunning(fresh)) throw new Error('not running');
  expect(remainingMs(fresh.run)).toBeUndefined();
});

test('a batch without new frames neither slows the run nor moves it back', () => {
  const state = after(STARTED, advance(4, 2000));
  const same = transition(state, advance(4, 9000));
  expect(isRunning(same) && same.run.lastFrameAtMs).toBe(2000);
});

test('cancelling waits for the end and keeps the frames', () => {
  const cancelling = after(STARTED, advance(3, 1500), { type: 'cancel-asked' });
  expect(cancelling.status).toBe('cancelling');
  const more = transition(cancelling, advance(4, 1600));
  expect(transition(more, { type: 'ended', isCancelled: true, atMs: 1700 })).toEqual({
    status: 'aborted',
    framesDone: 4,
    framesTotal: 10,
    rest: [],
  });
});

test('a full run is complete, a failed one says why', () => {
  expect(
    after(STARTED, advance(10, 3000), { type: 'ended', isCancelled: false, atMs: 3100 }),
  ).toEqual({ status: 'complete', framesDone: 10, elapsedMs: 2100 });
  expect(after(STARTED, advance(2, 1200), { type: 'failed', message: 'lost' })).toEqual({
    status: 'failed',
    message: 'lost',
    framesDone: 2,
  });
});

test('events of a run that is over change nothing', () => {
  const state = after({ type: 'prompts-changed' });
  for (const event of [
    advance(3, 1),
    { type: 'cancel-asked' },
    { type: 'ended', isCancelled: false, atMs: 1 },
  ] satisfies PropagationEvent[]) {
    expect(transition(state, event)).toBe(state);
  }
});
