import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FrameIndex, ObjectId } from '../../../src/core/ids.ts';
import { rleArea } from '../../../src/core/rle.ts';
import type { MaskChanges, SummarisedMask } from '../../../src/protocol/media-api.ts';
import { FakeMasks } from '../../helpers/fake-masks.ts';
import { anyMask, anyMaskAction } from '../../helpers/mask-actions.ts';
import { doTo, NaiveMaskWork } from '../../helpers/naive-mask-work.ts';

// Tests of the page stand on the fake's steps, which must be those of the decode worker.

/** The fake with the worker's verbs. */
class Fake {
  readonly masks = new FakeMasks();

  put(masks: readonly SummarisedMask[]): void {
    for (const { objectId, frame, mask, ...said } of masks) {
      const disc = { x: 0, y: 0, radius: 1 };
      this.masks.put(objectId, frame, disc, { ...said, areaPx: rleArea(mask) });
    }
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

test('the fake masks undo and redo as the decode worker does', () => {
  const actions = fc
    .array(anyMaskAction(anyMask({ width: 6, height: 5 })), { maxLength: 50, size: 'max' })
    .map((list) =>
      list.map((action) =>
        // A frame that is named and has no mask belongs to the step, but not to the fake's.
        action.kind === 'remove' ? { kind: action.kind, object: action.object } : action,
      ),
    );
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
