import { StepBack, StepForward } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { annotatedFrame } from '../../store/annotated-frames.ts';
import { formatCount } from '../../store/format.ts';
import { shownSequence } from '../../store/ground-truth-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { seekToAnnotated } from '../scores/score-navigation.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { TruthRow } from './truth-row.tsx';
import { truthIdsOf } from './truth-rows.ts';

/** Scores of each object, over all frames and on the one that is shown. */
export function TruthTable() {
  const truthIds = useSelected(useShallow(truthIdsOf));
  return (
    <section className="gt-section" aria-labelledby="gt-objects">
      <FrameLine />
      <table className="gt-table numbers">
        <thead>
          <tr>
            <th scope="col" className="gt-table-legend">
              Mean
              <small>this frame</small>
            </th>
            <th scope="col">J&amp;F</th>
            <th scope="col">J</th>
            <th scope="col">F</th>
            <th scope="col">Dice</th>
          </tr>
        </thead>
        {truthIds.map((truthId) => (
          <TruthRow key={truthId} truthId={truthId} />
        ))}
      </table>
      <p className="gt-quiet">
        Dice, 2J/(1 + J), is what the challenge report calls F. It is no part of J&amp;F.
      </p>
    </section>
  );
}

/** Which frame is shown, and the way to the next annotated one. */
function FrameLine() {
  const studio = useStudio();
  const { text, title } = useSelected(useShallow(frameText));
  return (
    <div className="gt-frame-line">
      <h2 id="gt-objects" className="panel-heading">
        Objects
      </h2>
      <p className="gt-frame numbers truncate" title={title}>
        {text}
      </p>
      <IconButton
        size="small"
        label="Previous annotated frame"
        keys=","
        onClick={() => seekToAnnotated(studio, 'previous')}
      >
        <StepBack />
      </IconButton>
      <IconButton
        size="small"
        label="Next annotated frame"
        keys="."
        onClick={() => seekToAnnotated(studio, 'next')}
      >
        <StepForward />
      </IconButton>
    </div>
  );
}

function frameText({ groundTruth, playback }: StudioState) {
  const { shownFrame } = playback;
  const annotated = annotatedFrame(shownSequence(groundTruth), shownFrame);
  return annotated === undefined
    ? { text: `Frame ${formatCount(shownFrame)}: not annotated`, title: '' }
    : { text: `Frame ${formatCount(shownFrame)}`, title: annotated.stem };
}
