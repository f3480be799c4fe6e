import { planCheck } from '../../../store/plan-check.ts';
import { openItems } from '../../../store/review-ranking.ts';
import { isUnderPlayhead } from '../../../store/review-actions.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import { letter, type CommandEntry } from './command.ts';
import { noClip } from './obstacles.ts';

/** Going through the masks that are worth a look. */
export const REVIEW_COMMANDS = [
  {
    id: 'next-review',
    label: 'Next frame to review',
    chord: letter('J'),
    words: 'risk check quality worst',
    obstacle: nothingToReview,
    run: ({ actions }) => actions.review.goToNeighbour('next'),
  },
  {
    id: 'previous-review',
    label: 'Previous frame to review',
    chord: letter('K'),
    words: 'risk check quality worst',
    obstacle: nothingToReview,
    run: ({ actions }) => actions.review.goToNeighbour('previous'),
  },
  {
    id: 'mark-reviewed',
    label: 'Mark as reviewed and go on',
    chord: letter('Y'),
    words: 'done accept check',
    obstacle: (state) =>
      nothingToReview(state) ??
      (openItems(state.tracklets.items, state.review).some((item) => isUnderPlayhead(state, item))
        ? undefined
        : 'This frame is not in the list.'),
    run: ({ actions }) => actions.review.markAndGoOn(),
  },
  {
    id: 'check-masks',
    label: 'Check by tracking back',
    words: 'backward reverse consistency agree drift compare verify',
    obstacle: (state) => {
      const plan = planCheck(state);
      return plan.isPossible ? undefined : plan.reason;
    },
    run: ({ actions }) => void actions.review.checkByTrackingBack(),
  },
  {
    id: 'stop-check',
    label: 'Stop the check',
    words: 'cancel tracking back',
    obstacle: ({ review }) =>
      review.check === undefined ? 'Nothing is being checked.' : undefined,
    run: ({ actions }) => void actions.review.cancelCheck(),
  },
  {
    id: 'show-review',
    label: 'Show the frames to review',
    words: 'panel tab list',
    run: ({ actions }) => actions.view.choosePanelTab('review'),
  },
] as const satisfies readonly CommandEntry[];

function nothingToReview(state: StudioState): string | undefined {
  const isNone = openItems(state.tracklets.items, state.review).length === 0;
  return noClip(state) ?? (isNone ? 'No mask stands out.' : undefined);
}
