import type { CountedFrame, FramePair } from '../core/scores.ts';
import type { PackedReport, PackedReportRequest } from './score-packing.ts';

/**
 * The score worker, as the page sees it. Rejects with a `StudioError`.
 *
 * It keeps nothing of a frame but numbers, and those it hands over: deal a sequence's frames in
 * batches, to as many workers as there are cores and in any order, put the counts back into the
 * order of the sequence, and ask any one worker for the report. Counts know no protocol, so another
 * protocol costs one more report and no frame.
 */
export interface ScoreApi {
  /** Takes a port of the decode worker (transferred) for masks of kind `tracked` and `truth`. */
  connectMedia(port: MessagePort): Promise<void>;
  /**
   * Counts frames one after another. Masks are copied, unless the caller transfers the buffers of
   * id planes; blobs are read here. Rejects with an `AbortError` when cancelled, which is looked at
   * between frames.
   */
  scoreFrames(pairs: readonly FramePair[]): Promise<readonly CountedFrame[]>;
  /**
   * Official scores and files of what is counted so far. Sequences of which the protocol scores no
   * frame yet are left out, and with a notice predicted objects that the official tools stop at.
   * Undefined where nothing is scored yet.
   */
  report(request: PackedReportRequest): Promise<PackedReport | undefined>;
  /** Stops calls of `scoreFrames` under way. */
  cancel(): Promise<void>;
}
