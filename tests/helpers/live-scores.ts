import { expect, vi } from 'vitest';
import { objectId } from '../../src/core/ids.ts';
import type { Disc } from './fake-masks.ts';
import { ScoreLab, type TrueDiscs } from './score-lab.ts';

const [ONE, TWO, THREE] = [objectId(1), objectId(2), objectId(3)];
/** The user's objects are numbered otherwise than the ground truth's. */
export const ASSIGNED = { 1: TWO, 2: THREE, 3: ONE };

/** Starts labs and ends them after each test. */
export class LabShelf implements Disposable {
  readonly #open: ScoreLab[] = [];

  start(frameCount = 40, objects = 3): ScoreLab {
    const lab = new ScoreLab({ frameCount, objects });
    this.#open.push(lab);
    return lab;
  }

  [Symbol.dispose](): void {
    for (const lab of this.#open.splice(0)) lab[Symbol.dispose]();
  }
}

/** Three discs that drift over each other; `off` pixels beside. */
export function discs(frame: number, off = 0): Record<number, Disc> {
  const place = (id: number): Disc => ({
    x: 8 + 12 * id + 4 * Math.sin(frame / 9 + id) + off,
    y: 16 + 5 * Math.cos(frame / 7 - id),
    radius: 5 + id,
  });
  return { 1: place(1), 2: place(2), 3: place(3) };
}

/** The true discs under the numbers of the user's objects, a little wrong. */
export function tracked(frame: number, off = 1 + (frame % 5)): Record<number, Disc> {
  const { 1: first, 2: second, 3: third } = discs(frame, off);
  return { ...(first && { 2: first }), ...(second && { 3: second }), ...(third && { 1: third }) };
}

/** From 0 on. */
export const range = (count: number) => Array.from({ length: count }, (_, at) => at);

/** The true discs on these frames. */
export function truthOn(frames: readonly number[]): TrueDiscs {
  return new Map(frames.map((frame) => [frame, discs(frame)]));
}

/** Resolves when `check` throws no more. */
export const settled = (lab: ScoreLab, check: () => void) =>
  vi.waitFor(check, { timeout: 20_000, interval: 5 }).then(() => lab);

/** The page shows what one pass over the covered frames gives. */
export async function untilInStep(
  lab: ScoreLab,
  frames: readonly number[],
  assigned: Parameters<ScoreLab['expected']>[1] = { s: ASSIGNED },
): Promise<void> {
  await settled(lab, () => {
    const { coveredFrames, scoredFrames } = lab.scoringOf('s');
    expect(scoredFrames).toBe(coveredFrames);
    expect(lab.report).toEqual(lab.expected({ s: frames }, assigned));
  });
}

/** What the user was told. */
export const alerts = (lab: ScoreLab) => lab.state.alerts.log.map(({ message }) => message);

/** So that the page has taken note of all that was said. */
export const pause = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
