import { shownSequence } from '../../store/ground-truth-slice.ts';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { MatchControls } from './match-controls.tsx';
import { MatchNotes } from './match-notes.tsx';
import { MatchProblems } from './match-problems.tsx';
import { MatchTable } from './match-table.tsx';
import { SequenceSelect } from './sequence-select.tsx';
import { TruthLoading } from './truth-loading.tsx';
import { matchText } from './truth-text.ts';
import './ground-truth.css';
import './match-dialog.css';

/** Where each frame of the ground truth lies on the clip and why, and what can be done about it. */
export function MatchDialog() {
  const { view } = useActions();
  const truth = useSelected((state) => state.groundTruth.truth);
  const sequence = useSelected((state) => shownSequence(state.groundTruth));
  const isSeveral = truth !== undefined && truth.sequences.length + truth.unloaded.length > 1;
  const clip = useSelected((state) => state.video.info?.name ?? '');
  return (
    <Dialog
      title="How the ground truth lies on the clip"
      description={
        sequence === undefined
          ? 'None of it is on the clip.'
          : `${matchText(sequence)}: “${sequence.name}” on “${clip}”.`
      }
      width="wide"
      onClose={() => view.closeDialog()}
    >
      {truth !== undefined && (
        <div className="match">
          {isSeveral && <SequenceSelect truth={truth} />}
          {sequence !== undefined && <MatchProblems match={sequence.match} />}
          <MatchControls truth={truth} />
          {sequence === undefined ? (
            <TruthLoading size="line" />
          ) : (
            <MatchTable key={sequence.name} rows={sequence.match.rows} />
          )}
          <MatchNotes truth={truth} sequence={sequence} />
        </div>
      )}
    </Dialog>
  );
}
