import type { TruthSequence } from '../../core/ground-truth.ts';
import { formatCount, formatCounted } from '../../store/format.ts';
import type { LoadedTruth } from '../../store/ground-truth-slice.ts';

interface Props {
  readonly truth: LoadedTruth;
  readonly sequence: TruthSequence | undefined;
}

/** What else there is to know: of the match, of frames left out, of sequences not loaded. */
export function MatchNotes({ truth, sequence }: Props) {
  const notices = [...(sequence?.match.notices ?? []), ...truth.notices];
  const dropped = sequence?.dropped ?? [];
  const unloaded = truth.unloaded.map(
    ({ name, frameCount, matchedCount, reason }) =>
      `${name}, ${formatCount(matchedCount)} of ${formatCounted(frameCount, 'frame')}: ${reason}`,
  );
  return (
    <>
      <Notes title={`Notices (${formatCount(notices.length)})`} lines={notices} isOpen />
      <Notes title={`Left out (${formatCount(dropped.length)})`} lines={dropped} />
      <Notes
        title={`Not loaded (${formatCount(unloaded.length)})`}
        lines={unloaded}
        isOpen={sequence === undefined}
      />
    </>
  );
}

interface NotesProps {
  readonly title: string;
  readonly lines: readonly string[];
  readonly isOpen?: boolean;
}

function Notes({ title, lines, isOpen = false }: NotesProps) {
  if (lines.length === 0) return null;
  return (
    <details className="match-notes" open={isOpen}>
      <summary>{title}</summary>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
