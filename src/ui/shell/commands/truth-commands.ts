import { planScoreExport, type ScoreExportKind } from '../../../store/plan-score-export.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import { runObstacle } from '../../ground-truth/run-text.ts';
import { toggleComparison } from '../../ground-truth/toggle-comparison.ts';
import { goToNextWorst, seekToAnnotated } from '../../scores/score-navigation.ts';
import { letter, type CommandEntry } from './command.ts';
import { noReport, noTruth, truthIsBusy } from './obstacles.ts';

/** Comparing with ground truth, and the scores. */
export const TRUTH_COMMANDS = [
  {
    id: 'toggle-panel',
    label: 'Next tab of the panel',
    chord: letter('G'),
    words: 'objects scores review show',
    run: ({ actions }) => actions.view.showNextPanelTab(),
  },
  {
    id: 'compare-truth',
    label: 'Show the true masks',
    chord: letter('U'),
    words: 'ground truth compare',
    obstacle: noTruth,
    run: (page) => toggleComparison('truth', page),
  },
  {
    id: 'compare-outlines',
    label: 'Show both as outlines',
    chord: letter('O'),
    words: 'ground truth compare contours',
    obstacle: noTruth,
    run: (page) => toggleComparison('outlines', page),
  },
  {
    id: 'compare-errors',
    label: 'Show the errors',
    chord: letter('E'),
    words: 'ground truth compare missed',
    obstacle: noTruth,
    run: (page) => toggleComparison('errors', page),
  },
  {
    id: 'previous-annotated',
    label: 'Previous annotated frame',
    chord: { keys: ',', key: ',' },
    obstacle: noTruth,
    run: (page) => seekToAnnotated(page, 'previous'),
  },
  {
    id: 'next-annotated',
    label: 'Next annotated frame',
    chord: { keys: '.', key: '.' },
    obstacle: noTruth,
    run: (page) => seekToAnnotated(page, 'next'),
  },
  {
    id: 'next-worst',
    label: 'Next worst frame',
    chord: letter('W'),
    words: 'score lowest error',
    obstacle: noReport,
    run: (page) => goToNextWorst(page),
  },
  {
    id: 'run-protocol',
    label: 'Run the protocol on the annotated frames',
    words: 'semi-supervised benchmark evaluate vos',
    obstacle: runObstacle,
    run: ({ actions }) => void actions.groundTruth.runProtocol('annotated', 'sequence'),
  },
  {
    id: 'run-protocol-every-frame',
    label: 'Run the protocol on every frame',
    words: 'semi-supervised benchmark evaluate vos',
    obstacle: runObstacle,
    run: ({ actions }) => void actions.groundTruth.runProtocol('every', 'sequence'),
  },
  {
    id: 'run-protocol-all',
    label: 'Run the protocol on all sequences',
    words: 'semi-supervised benchmark evaluate vos',
    obstacle: runObstacle,
    run: ({ actions }) => void actions.groundTruth.runProtocol('annotated', 'all'),
  },
  {
    id: 'show-scores',
    label: 'Full report of scores…',
    words: 'j&f jaccard boundary table curves',
    obstacle: noReport,
    run: ({ actions }) => actions.view.openDialog({ kind: 'scores' }),
  },
  {
    id: 'show-frame-match',
    label: 'How the ground truth lies on the clip…',
    words: 'match frames offset',
    obstacle: noTruth,
    run: ({ actions }) => actions.view.openDialog({ kind: 'frame-match' }),
  },
  {
    id: 'export-scores-csv',
    label: 'Export scores as CSV…',
    words: 'save download davis',
    obstacle: cannotWrite('csv'),
    run: ({ actions }) => void actions.groundTruth.exportScores('csv'),
  },
  {
    id: 'export-scores-json',
    label: 'Export scores as JSON…',
    words: 'save download report',
    obstacle: cannotWrite('json'),
    run: ({ actions }) => void actions.groundTruth.exportScores('json'),
  },
  {
    id: 'export-submission',
    label: 'Export a VISOR challenge submission…',
    words: 'save download codabench',
    obstacle: cannotWrite('visor-submission'),
    run: ({ actions }) => void actions.groundTruth.exportScores('visor-submission'),
  },
  {
    id: 'export-davis-results',
    label: 'Export results for DAVIS’s evaluators…',
    words: 'save download png zip',
    obstacle: cannotWrite('davis-results'),
    run: ({ actions }) => void actions.groundTruth.exportScores('davis-results'),
  },
  {
    id: 'close-truth',
    label: 'Remove the ground truth',
    words: 'close forget',
    obstacle: (state) => noTruth(state) ?? truthIsBusy(state),
    run: ({ actions }) => void actions.groundTruth.close(),
  },
] as const satisfies readonly CommandEntry[];

function cannotWrite(kind: ScoreExportKind) {
  return (state: StudioState) => {
    const plan = planScoreExport(state, kind);
    return plan.isPossible ? undefined : plan.message;
  };
}
