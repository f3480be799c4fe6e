import type { TruthSequence } from '../../core/ground-truth.ts';
import type { FoundGroundTruth } from '../../formats/ground-truth/find-ground-truth.ts';
import type { FrameTables } from '../../formats/ground-truth/locate-in-video.ts';
import type { SourceFile } from '../../formats/source-file.ts';
import type {
  TruthOutcome,
  TruthRequest,
  UnloadedSequence,
} from '../../protocol/ground-truth-api.ts';
import type { ByteProgress } from './byte-progress.ts';
import type { TruthCandidate } from './choose-sequences.ts';
import type { TruthStaging } from './truth-staging.ts';

/** What reading a ground truth works with. */
export interface TruthReading {
  readonly request: TruthRequest;
  readonly found: FoundGroundTruth;
  readonly tables: FrameTables;
  /** Where masks go. */
  readonly staging: TruthStaging;
  readonly progress: ByteProgress;
  readonly signal: AbortSignal;
}

/** What was read. */
export interface ReadTruth {
  readonly kind: TruthOutcome['kind'];
  /** By name in the order of code points; their masks are staged. */
  readonly sequences: readonly TruthSequence[];
  readonly unloaded: readonly UnloadedSequence[];
  /** All that were found. */
  readonly candidates: readonly TruthCandidate[];
  /** What the loaded sequences were read from. */
  readonly files: readonly SourceFile[];
  readonly notices: readonly string[];
}
