import { formatCount, formatDurationMs } from '../../store/format.ts';
import type { TransferProgress, TransferState } from '../../store/project-slice.ts';

/** An export or import in words and as a bar. */
export interface TransferText {
  readonly title: string;
  /** What the bar is of. */
  readonly label: string;
  /** 0..1; absent while it is not known how much there is. */
  readonly fraction: number | undefined;
}

/** Before this, how long it will take is a guess. */
const GUESS_AFTER_MS = 1500;

/** How far the export or import is, and how long it will take; absent when there is none. */
export function transferText(transfer: TransferState): TransferText | undefined {
  if (transfer.status === 'idle') return undefined;
  if (transfer.status === 'hashing') {
    const title = 'Taking the clip’s fingerprint…';
    return { title, label: 'Hashing the clip', fraction: transfer.fraction };
  }
  const { framesDone, framesTotal } = transfer;
  const label = transfer.status === 'exporting' ? 'Writing' : 'Reading';
  if (framesTotal === 0) return { title: `${label}…`, label, fraction: undefined };
  const counted = `${formatCount(framesDone)} of ${formatCount(framesTotal)} frames`;
  const title = `${label} ${counted}${timeLeft(transfer)}`;
  return { title, label, fraction: framesDone / framesTotal };
}

function timeLeft({ framesDone, framesTotal, elapsedMs }: TransferProgress): string {
  if (framesDone === 0 || elapsedMs < GUESS_AFTER_MS) return '';
  const leftMs = (elapsedMs / framesDone) * (framesTotal - framesDone);
  return `, ${formatDurationMs(leftMs)} left`;
}
