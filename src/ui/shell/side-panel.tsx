import { formatCount, formatScore } from '../../store/format.ts';
import { sequenceScore } from '../../store/score-selectors.ts';
import { isRunning } from '../../store/propagation-state.ts';
import { openItems } from '../../store/review-ranking.ts';
import { ObjectsPanel } from '../objects/objects-panel.tsx';
import { Loaded } from '../primitives/loaded.tsx';
import { TabPanel, Tabs } from '../primitives/tabs.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ReviewPanel } from '../review/review-panel.tsx';
import { RunningTrack } from '../track/running-track.tsx';
import { TrackPanel } from '../track/track-panel.tsx';

const loadMemory = async () => (await import('../memory/memory-panel.tsx')).MemoryPanel;
const loadScores = async () => (await import('../ground-truth/scores-panel.tsx')).ScoresPanel;

/**
 * The right side: the user's objects and their tracking, the scores, what is to be reviewed, or what
 * the model remembers.
 */
export function SidePanel() {
  const { view } = useActions();
  const tab = useSelected((state) => state.view.panelTab);
  const objectCount = useSelected((state) => state.tracklets.items.length);
  // While tracking every frame changes the list; it is ranked then only where it is shown.
  const reviewCount = useSelected(({ propagation, tracklets, review }) =>
    isRunning(propagation) ? 0 : openItems(tracklets.items, review).length,
  );
  const score = useSelected((state) => sequenceScore(state.groundTruth)?.mean);
  return (
    <aside className="panel" aria-label="Objects, scores, review and memory">
      <Tabs
        label="Panel"
        value={tab}
        keys="G"
        tabs={[
          {
            value: 'objects',
            label: 'Objects',
            note: objectCount === 0 ? undefined : String(objectCount),
          },
          {
            value: 'scores',
            label: 'Scores',
            note: score === undefined ? undefined : formatScore(score),
          },
          {
            value: 'review',
            label: 'Review',
            note: reviewCount === 0 ? undefined : formatCount(reviewCount),
          },
          { value: 'memory', label: 'Memory' },
        ]}
        onChoose={(choice) => view.choosePanelTab(choice)}
      >
        <TabPanel value="objects" isKept>
          <ObjectsPanel />
          <TrackPanel />
        </TabPanel>
        <TabPanel value="scores">
          <Loaded load={loadScores} />
        </TabPanel>
        <TabPanel value="review">
          <ReviewPanel />
        </TabPanel>
        <TabPanel value="memory">
          <Loaded load={loadMemory} />
        </TabPanel>
        <RunningTrack />
      </Tabs>
    </aside>
  );
}
