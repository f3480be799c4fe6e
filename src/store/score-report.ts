import { invariant } from '../core/assert.ts';
import type { TruthSequence } from '../core/ground-truth.ts';
import type { MetricScore, ObjectScore, PooledScore, ScoreFile } from '../core/scores.ts';
import type { ModelReport } from '../protocol/device.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { LoadedTruth, ProtocolFrames } from './ground-truth-slice.ts';
import { modelInUse } from './models-slice.ts';
import { prettyJson, type JsonValue } from './pretty-json.ts';
import { SCORED_OVERLAP } from './score-tally.ts';
import type { StudioState } from './studio-state.ts';
import { findTracklet } from './tracklets-slice.ts';

/** What tells a file of scores from other JSON. */
const SCORES_FORMAT = 'segmentation-studio-scores';
/** Raised when a reader of the version before could misread the file. */
const SCORES_SCHEMA_VERSION = 1;

/** What the state does not know of how the scores came about. */
export interface ScoreOrigin {
  readonly appVersion: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Where the masks are of a run of the semi-supervised protocol: which frames the tracker saw. */
  readonly runFrames?: ProtocolFrames;
}

/**
 * The scores of the moment and how they came about, as `docs/scores.schema.json` has it. There must
 * be a report.
 */
export function scoreReportFile(state: StudioState, origin: ScoreOrigin): ScoreFile {
  const { report, truth } = state.groundTruth;
  const { info } = state.video;
  invariant(report !== undefined && truth !== undefined && info !== undefined, 'nothing is scored');
  const model = modelInUse(state.models);
  const { protocol, overall, unseenKitchens, notices } = report;
  const text = prettyJson({
    format: SCORES_FORMAT,
    schemaVersion: SCORES_SCHEMA_VERSION,
    appVersion: origin.appVersion,
    createdAt: origin.createdAt,
    protocol,
    setName: setNameOf(truth),
    clip: clipOf(info, state.project.videoSha256),
    groundTruth: groundTruthOf(truth),
    model: model && modelOf(model),
    settings: {
      corrections: state.models.corrections,
      overlap: SCORED_OVERLAP,
      protocolFrames: origin.runFrames,
    },
    overall: pooledOf(overall),
    unseenKitchens: unseenKitchens && pooledOf(unseenKitchens),
    sequences: truth.sequences.map((sequence) => sequenceOf(sequence, state)),
    notices: [...notices],
  });
  return { name: 'scores.json', text };
}

/** The ground truth's name as it may stand in the names of the official files. */
export function setNameOf({ name }: LoadedTruth): string {
  return name.replace(/\.[^.]+$/, '').replaceAll(/[^\p{L}\p{N}._-]+/gu, '_');
}

function clipOf(info: VideoInfo, sha256: string | undefined): JsonValue {
  const { name, kind, width, height, frameCount, codec, bytes } = info;
  // The interval of a single frame is not known.
  const frameRate = Number.isFinite(info.frameRate) ? info.frameRate : 0;
  return { name, kind, width, height, frameCount, frameRate, codec, bytes, sha256 };
}

function groundTruthOf({ name, kind, rule, offsetFrames, sources }: LoadedTruth): JsonValue {
  const read = sources.map(({ path, sha256 }) => ({ path, sha256 }));
  return { name, kind, rule, offsetFrames, sources: read };
}

function modelOf(report: ModelReport): JsonValue {
  // How long it took to load and what was said of it then belongs to the visit, not to the scores.
  const { device, loadMs: _loadMs, notices: _notices, ...model } = report;
  const { backend, adapter } = device;
  if (adapter === undefined) return { ...model, backend };
  const { vendor, architecture, description } = adapter;
  return { ...model, backend, adapter: { vendor, architecture, description } };
}

function sequenceOf(sequence: TruthSequence, state: StudioState): JsonValue {
  const { scoring, report } = state.groundTruth;
  const { name, size, frames } = sequence;
  const own = scoring[name];
  const score = report?.sequences.find((one) => one.name === name)?.score;
  return {
    name,
    size: { width: size.width, height: size.height },
    annotatedFrames: frames.length,
    coveredFrames: own?.coveredFrames ?? 0,
    scoredFrames: own?.scoredFrames ?? 0,
    score: score && pooledOf(score),
    clicks: (own?.history ?? []).map(({ clicks, mean }) => ({ clicks, mean })),
    objects: objectsOf(sequence, state),
  };
}

/** The ground truth's objects, and ids between theirs that the protocol scores too. */
function objectsOf(sequence: TruthSequence, state: StudioState): JsonValue {
  const { scoring, report } = state.groundTruth;
  const scores = new Map(
    report?.objects
      .filter((score) => score.sequence === sequence.name)
      .map((score) => [Number(score.object), score]),
  );
  const names = new Map(sequence.objects.map(({ truthId, name }) => [truthId, name]));
  const frames = new Map<string, number>(sequence.frames.map(({ stem, frame }) => [stem, frame]));
  const truthIds = [...new Set([...names.keys(), ...scores.keys()])].sort((a, b) => a - b);
  return truthIds.map((truthId) => {
    const tracklet = findTracklet(state.tracklets, scoring[sequence.name]?.assigned[truthId]);
    const score = scores.get(truthId);
    return {
      truthId,
      name: names.get(truthId),
      object: tracklet && { id: tracklet.id, name: tracklet.name },
      ...(score && scoresOf(score, frames)),
    };
  });
}

function scoresOf(
  { region, boundary, frames }: ObjectScore,
  indices: ReadonlyMap<string, number>,
): { readonly [name: string]: JsonValue } {
  return {
    mean: (region.mean + boundary.mean) / 2,
    region: metricOf(region),
    boundary: metricOf(boundary),
    frames: frames.map(({ name, region, boundary, dice }) => ({
      name,
      frame: indices.get(name),
      region,
      boundary,
      dice: dice ?? null,
    })),
  };
}

function pooledOf({ objectCount, mean, region, boundary }: PooledScore): JsonValue {
  return { objectCount, mean, region: metricOf(region), boundary: metricOf(boundary) };
}

function metricOf({ mean, recall, decay, correctedDecay }: MetricScore): JsonValue {
  return { mean, recall, decay: Number.isNaN(decay) ? null : decay, correctedDecay };
}
