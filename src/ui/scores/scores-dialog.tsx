import { useState } from 'react';
import type { ScoreReport } from '../../core/scores.ts';
import { formatCount, formatCounted } from '../../store/format.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { ProtocolChoice } from '../ground-truth/protocol-choice.tsx';
import { Dialog } from '../primitives/dialog.tsx';
import { TabPanel, Tabs } from '../primitives/tabs.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ClickHistory } from './click-history.tsx';
import { ObjectTable } from './object-table.tsx';
import { OverallScores } from './overall-scores.tsx';
import { ScoreCurves } from './score-curves.tsx';
import { ScoreDistribution } from './score-distribution.tsx';
import { ScoreExports } from './score-exports.tsx';
import { SequenceTable } from './sequence-table.tsx';
import './scores-dialog.css';

/** The report in full: the set, its sequences and objects, and the one in view over time. */
export function ScoresDialog() {
  const { view } = useActions();
  const report = useSelected((state) => state.groundTruth.report);
  const description = useSelected(describeReport);
  return (
    <Dialog
      title="Scores"
      description={description}
      width="full"
      onClose={() => view.closeDialog()}
    >
      <div className="report">
        <div className="report-protocol">
          <ProtocolChoice />
        </div>
        {report !== undefined && <OverallScores report={report} />}
        {report !== undefined && <ReportTabs report={report} />}
        <ScoreExports />
      </div>
    </Dialog>
  );
}

type ReportTab = 'sequences' | 'objects' | 'distribution' | 'curves' | 'clicks';

function ReportTabs({ report }: { readonly report: ScoreReport }) {
  const [tab, setTab] = useState<ReportTab>('sequences');
  const sequence = useSelected((state) => state.groundTruth.sequence);
  return (
    <Tabs
      label="Parts of the report"
      value={tab}
      tabs={[
        { value: 'sequences', label: 'Sequences', note: formatCount(report.sequences.length) },
        { value: 'objects', label: 'Objects', note: formatCount(report.objects.length) },
        { value: 'distribution', label: 'Distribution' },
        { value: 'curves', label: 'Curves', note: sequence },
        { value: 'clicks', label: 'Clicks' },
      ]}
      onChoose={setTab}
    >
      <TabPanel value="sequences">
        <SequenceTable report={report} />
      </TabPanel>
      <TabPanel value="objects">
        <ObjectTable report={report} />
      </TabPanel>
      <TabPanel value="distribution">
        <ScoreDistribution report={report} />
      </TabPanel>
      <TabPanel value="curves">
        <ScoreCurves size="large" />
      </TabPanel>
      <TabPanel value="clicks">
        <ClickHistory />
      </TabPanel>
    </Tabs>
  );
}

function describeReport({ groundTruth: { report, truth } }: StudioState): string {
  if (truth === undefined) return 'No ground truth is loaded.';
  if (report === undefined) return `“${truth.name}”: nothing is scored yet.`;
  const total = truth.sequences.length;
  const scored = report.sequences.length;
  const sequences = `${formatCount(scored)} of ${formatCounted(total, 'sequence')}`;
  return `“${truth.name}”: ${sequences} scored so far, in percent.`;
}
