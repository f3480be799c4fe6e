import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FrameIndex, ObjectId } from '../../../src/core/ids.ts';
import { maskShape } from '../../../src/core/mask-shape.ts';
import type { MaskChanges, SummarisedMask } from '../../../src/protocol/media-api.ts';
import { FakeMasks } from '../../helpers/fake-masks.ts';
import { anyMask, anyMaskAction } from '../../helpers/mask-actions.ts';
import { doTo, NaiveMaskWork, type MaskAction } from '../../helpers/naive-mask-work.ts';

// Tests of the page stand on the fake's steps, which must be those of the decode worker.

/** The fake with the worker's verbs. */
class Fake {
  readonly masks = new FakeMasks();

  put(masks: readonly SummarisedMask[]): void {
    for (const { objectId, frame, mask, ...said } of masks) {
      const disc = { x: 0, y: 0, radius: 1 };
      this.masks.put(objectId, frame, disc, { ...said, ...maskShape(mask) });
    }
  }

  compare(): void {
    throw new Error('comparing is left out below');
  }

  remove(objectId: ObjectId, frames?: readonly FrameIndex[]): void {
    this.masks.remove(objectId, frames);
  }

  clear(): void {
    this.masks.clear();
  }

  begin(step: number): void {
    this.masks.begin(step);
  }

  revert(step: number): MaskChanges {
    return this.masks.revert(step);
  }

  reapply(step: number): MaskChanges {
    return this.masks.reapply(step);
  }

  drop(upTo: number): void {
    if (upTo < this.masks.contents().nextStep) this.masks.drop(upTo);
  }
}

/** Without what the fake does not do. */
function asFaked(action: MaskAction): MaskAction[] {
  // A frame that is named and has no mask belongs to the step, but not to the fake's.
  if (action.kind === 'remove') return [{ kind: action.kind, object: action.object }];
  // Discs are not compared; what is found of them is given by the test.
  if (action.kind === 'compare') return [];
  if (action.kind !== 'put') return [action];
  return [{ kind: 'put', masks: action.masks.map(({ direction: _way, ...mask }) => mask) }];
}

test('the fake masks undo and redo as the decode worker does', () => {
  const actions = fc
    .array(anyMaskAction(anyMask({ width: 6, height: 5 })), { maxLength: 50, size: 'max' })
    .map((list) => list.flatMap((action) => asFaked(action)));
  fc.assert(
    fc.property(actions, (list) => {
      const fake = new Fake();
      const naive = new NaiveMaskWork();
      for (const action of list) {
        const { nextStep, endStep } = naive;
        if (action.kind === 'drop' && endStep - 1 - action.back >= nextStep) continue;
        doTo(fake, action, naive);
        doTo(naive, action, naive);
        const { firstStep } = naive;
        expect(fake.masks.contents()).toEqual({
          summaries: naive.summaries(),
          firstStep,
          nextStep: naive.nextStep,
          endStep: naive.endStep,
        });
      }
    }),
  );
});
