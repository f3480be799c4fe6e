import { useMemo, useState } from 'react';
import type { MatchRow } from '../../core/frame-match.ts';
import { formatCount } from '../../store/format.ts';
import { Segmented } from '../primitives/segmented.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { MatchPager } from './match-pager.tsx';
import { pageOf, type NumberedRow, type RowFilter } from './match-rows.ts';
import { TruthLoading } from './truth-loading.tsx';
import { basisText, distanceText } from './truth-text.ts';

interface Props {
  readonly rows: readonly MatchRow[];
}

/** Frame by frame: where it lies on the clip, or why nowhere. */
export function MatchTable({ rows }: Props) {
  const [filter, setFilter] = useState<RowFilter>('all');
  const [page, setPage] = useState(0);
  const isReading = useSelected((state) => state.groundTruth.loading !== undefined);
  const shown = useMemo(() => pageOf(rows, { filter, page }), [rows, filter, page]);
  const unmatched = useMemo(() => rows.filter((row) => !('frame' in row)).length, [rows]);
  return (
    <section className="match-list" aria-label="Frames">
      <div className="match-list-head">
        <Segmented
          label="Which frames"
          value={filter}
          options={[
            { value: 'all', label: `All ${formatCount(rows.length)}` },
            {
              value: 'unmatched',
              label: `Not matched ${formatCount(unmatched)}`,
              isDisabled: unmatched === 0 && filter === 'all',
            },
          ]}
          onChoose={(choice) => {
            setFilter(choice);
            setPage(0);
          }}
        />
        {isReading ? <TruthLoading size="line" /> : <MatchPager shown={shown} onPage={setPage} />}
      </div>
      {/* Scrolls with the keys, too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="match-scroll" role="region" aria-label="Table of frames" tabIndex={0}>
        <table className="match-table numbers" aria-rowcount={shown.total + 1}>
          <thead>
            <tr>
              <th scope="col">Annotated frame</th>
              <th scope="col">On the clip</th>
              <th scope="col">Found by</th>
              <th scope="col" className="match-distance">
                Off by
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.rows.map((numbered, at) => (
              <Row key={numbered.place} numbered={numbered} rowIndex={shown.first + at + 2} />
            ))}
          </tbody>
        </table>
        {shown.total === 0 && <p className="match-none">Every frame is matched.</p>}
      </div>
    </section>
  );
}

interface RowProps {
  readonly numbered: NumberedRow;
  /** As ARIA counts: from 1, the head included. */
  readonly rowIndex: number;
}

function Row({ numbered: { row }, rowIndex }: RowProps) {
  const { playback, view } = useActions();
  if (!('frame' in row)) {
    return (
      <tr aria-rowindex={rowIndex} className="match-missing">
        <th scope="row">{row.stem}</th>
        <td colSpan={3}>{row.reason}</td>
      </tr>
    );
  }
  const goThere = () => {
    playback.seekTo(row.frame);
    view.closeDialog();
  };
  return (
    <tr aria-rowindex={rowIndex}>
      <th scope="row">{row.stem}</th>
      <td>
        <button type="button" className="match-go" title="Close and go there" onClick={goThere}>
          Frame {formatCount(row.frame)}
        </button>
      </td>
      <td>{basisText(row.basis)}</td>
      <td className="match-distance">{distanceText(row)}</td>
    </tr>
  );
}
