import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import type {
  CountedFrame,
  CountedSequence,
  ObjectScore,
  ScoreProtocol,
  ScoreReport,
} from '../core/scores.ts';
import { frameTasks, loadPair, type LoadedPair } from './frame-pairs.ts';
import { FrameScorer } from './frame-scorer.ts';
import type { MaskFolder } from './mask-folder.ts';
import { namedError } from './named-error.ts';
import { PROTOCOL_RULES } from './protocols.ts';
import { readAhead } from './read-ahead.ts';
import { buildReport, noObject } from './report.ts';
import { listScoreFolders, type ScoreFolder } from './score-folders.ts';
import { scoreSequence } from './sequence-scores.ts';

/** Frames read while another one is scored; each is two planes of a byte a pixel. */
const FRAMES_AHEAD = 4;

/** Where an evaluation stands. */
export interface EvaluationProgress {
  readonly framesDone: number;
  readonly framesTotal: number;
  /** Being scored. */
  readonly sequence: string;
}

/** What `evaluateSet` works with. */
export interface EvaluationOptions {
  readonly truth: MaskFolder;
  readonly prediction: MaskFolder;
  readonly protocol: ScoreProtocol;
  /** As the names of the official files carry it: `val`. */
  readonly setName: string;
  /** In this order; all of the ground truth's, sorted, when absent. */
  readonly sequences?: readonly string[];
  readonly onProgress?: (progress: EvaluationProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Scores folders of predicted masks against ground truth as the protocol's official tool does.
 * Memory is a few frames, however long the sequences are.
 * @throws StudioError `file-invalid`, naming the file or folder that does not fit
 * @throws the signal's reason when it aborts, which is looked at between frames
 */
export async function evaluateSet(options: EvaluationOptions): Promise<ScoreReport> {
  const { protocol, setName, onProgress } = options;
  const { folders, notices } = await listScoreFolders(options);
  const framesTotal = folders.reduce((sum, { frames }) => sum + frames.length, 0);
  const scorer = new FrameScorer();
  const objects: ObjectScore[] = [];
  const empty: string[] = [];
  let framesDone = 0;
  for (const folder of folders) {
    const sequence = await countFolder(folder, scorer, {
      ...options,
      onFrame: () =>
        onProgress?.({ framesDone: ++framesDone, framesTotal, sequence: folder.sequence }),
    });
    const scores = scoreSequence(sequence, protocol);
    if (scores.length === 0) empty.push(noObject(folder.sequence, protocol));
    objects.push(...scores);
  }
  return buildReport({ protocol, setName, objects, notices: [...notices, ...empty] });
}

async function countFolder(
  folder: ScoreFolder,
  scorer: FrameScorer,
  options: EvaluationOptions & { readonly onFrame: () => void },
): Promise<CountedSequence> {
  const { protocol, signal, onFrame } = options;
  const frames: CountedFrame[] = [];
  const tasks = frameTasks(folder, protocol);
  let firstSize: Size | undefined;
  for await (const pair of readAhead(tasks, (task) => loadPair(task, options), FRAMES_AHEAD)) {
    signal?.throwIfAborted();
    if (pair.planes !== undefined && PROTOCOL_RULES[protocol].objects === 'first-frame') {
      firstSize ??= pair.planes.truth;
      refuseChangedSize(firstSize, pair.planes.truth, `${folder.path}/${pair.name}`);
    }
    frames.push({ name: pair.name, counts: countPair(scorer, pair, folder) });
    onFrame();
  }
  const { sequence, object } = folder;
  return { name: sequence, frames, ...(object === undefined ? {} : { object }) };
}

function countPair(
  scorer: FrameScorer,
  { name, planes }: LoadedPair,
  { path }: ScoreFolder,
): CountedFrame['counts'] {
  if (planes === undefined) return { objects: [] };
  try {
    return scorer.count(planes.truth, planes.prediction);
  } catch (error) {
    throw namedError(`${path}/${name}`, error);
  }
}

function refuseChangedSize(first: Size, truth: Size, path: string): void {
  if (first.width === truth.width && first.height === truth.height) return;
  throw new StudioError(
    'file-invalid',
    `The ground truth ${path} has ${truth.width} × ${truth.height} pixels, the first frame ` +
      `${first.width} × ${first.height}.`,
    { hint: 'All frames of a sequence must have one size.' },
  );
}
