import { TriangleAlert } from 'lucide-react';
import { formatCount } from '../../store/format.ts';
import { countUntrackedFrames, type PossibleExport } from '../../store/plan-export.ts';

interface Props {
  readonly plan: PossibleExport;
  /** Whether the video is to make the objects unrecognisable. */
  readonly hidesObjects: boolean;
}

/** Warns of frames of a video on which nobody has looked for the objects. */
export function UntrackedNote({ plan, hidesObjects }: Props) {
  const { tracklets, range } = plan;
  const count = countUntrackedFrames(tracklets, range);
  if (count === 0) return undefined;
  return (
    <p className="export-warning" role="note">
      <TriangleAlert aria-hidden="true" />
      {count === 1
        ? 'One of these frames was never tracked'
        : `${formatCount(count)} of these frames were never tracked`}
      {hidesObjects ? ': nothing is hidden there.' : ': no mask is shown there.'}
    </p>
  );
}
