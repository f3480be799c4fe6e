import type { Size } from '../../src/core/geometry.ts';
import type { TruthSequence } from '../../src/core/ground-truth.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import type { MaskSummary } from '../../src/core/prompts.ts';
import type { IdPlane, ScoreProtocol, ScoreReport } from '../../src/core/scores.ts';
import { FrameScorer } from '../../src/scoring/frame-scorer.ts';
import { reportSoFar } from '../../src/scoring/report-so-far.ts';
import type { LoadedTruth, SequenceScoring } from '../../src/store/ground-truth-slice.ts';
import type { StudioState } from '../../src/store/studio-state.ts';
import { withoutFrames } from '../../src/store/summary-track.ts';
import {
  mapTracklet,
  newTracklet,
  withMaskSummaries,
  type TrackletsSlice,
} from '../../src/store/tracklets-slice.ts';
import { discMask, type Disc } from './fake-masks.ts';
import { buildFakeStudio, type FakeStudio } from './fake-studio.ts';

/** Of the clip and, where a test says nothing else, of its ground truth. */
export const LAB_SIZE: Size = { width: 48, height: 32 };

/** True discs by annotated frame, then by truth id. */
export type TrueDiscs = ReadonlyMap<number, Readonly<Record<number, Disc>>>;

interface LabOptions {
  readonly frameCount: number;
  readonly objects: number;
}

/** A studio with a clip and objects, whose masks a test puts as a worker would. */
export class ScoreLab implements Disposable {
  readonly studio: FakeStudio;
  readonly #truth = new Map<string, TrueDiscs>();

  constructor({ frameCount, objects }: LabOptions) {
    this.studio = buildFakeStudio({ info: { ...LAB_SIZE, frameCount } });
    const items = Array.from({ length: objects }, (_, at) => newTracklet(objectId(at + 1)));
    this.set({ tracklets: { items, selectedId: undefined } });
  }

  [Symbol.dispose](): void {
    this.studio[Symbol.dispose]();
  }

  get state(): StudioState {
    return this.studio.store.getState();
  }

  get report(): ScoreReport | undefined {
    return this.state.groundTruth.report;
  }

  set(fields: Partial<StudioState>): void {
    this.studio.store.setState(fields);
  }

  scoringOf(sequence: string): SequenceScoring {
    const scoring = this.state.groundTruth.scoring[sequence];
    if (scoring === undefined) throw new Error(`no scoring of ${sequence}`);
    return scoring;
  }

  /** Puts a ground truth in place of the one before. Objects are assigned as `assigned` says. */
  load(
    sequences: Readonly<Record<string, TrueDiscs>>,
    assigned: Readonly<Record<string, SequenceScoring['assigned']>> = {},
    size = LAB_SIZE,
  ): void {
    this.#truth.clear();
    this.studio.media.truth.clear();
    for (const [name, discs] of Object.entries(sequences)) {
      this.#truth.set(name, discs);
      for (const [frame, objects] of discs) {
        const masks = Object.entries(objects).map(([truthId, disc]) => ({
          truthId: Number(truthId),
          mask: discMask(disc, size),
        }));
        this.studio.media.truth.set(`${name}/${frame}`, masks);
      }
    }
    const truth = loadedTruth(sequences, size);
    const scoring = truth.sequences.map(({ name }) => [
      name,
      {
        assigned: assigned[name] ?? {},
        coveredFrames: 0,
        scoredFrames: 0,
        history: [],
        lastChange: undefined,
      },
    ]);
    this.set({
      groundTruth: {
        ...this.state.groundTruth,
        truth,
        sequence: truth.sequences[0]?.name,
        scoring: Object.fromEntries(scoring),
        report: undefined,
      },
    });
  }

  assign(sequence: string, assigned: SequenceScoring['assigned']): void {
    const { groundTruth } = this.state;
    const scoring = {
      ...groundTruth.scoring,
      [sequence]: { ...this.scoringOf(sequence), assigned },
    };
    this.set({ groundTruth: { ...groundTruth, scoring } });
  }

  choose(protocol: ScoreProtocol): void {
    this.set({ groundTruth: { ...this.state.groundTruth, protocol } });
  }

  /** The engine's masks of one frame: first where they lie, then what the page hears of them. */
  put(
    frame: number,
    discs: Readonly<Record<number, Disc>>,
    origin: MaskSummary['origin'] = 'tracked',
  ): void {
    this.putAll([[frame, discs]], origin);
  }

  putAll(
    frames: Iterable<readonly [number, Readonly<Record<number, Disc>>]>,
    origin: MaskSummary['origin'] = 'tracked',
  ): void {
    const summaries: MaskSummary[] = [];
    for (const [frame, discs] of frames) {
      for (const [object, disc] of Object.entries(discs)) {
        this.studio.media.masks.put(Number(object), frame, disc);
        // The numbers are the same for every mask of a radius: changes must be seen without them.
        summaries.push({
          objectId: objectId(Number(object)),
          frame: frameIndex(frame),
          areaPx: Math.round(Math.PI * disc.radius ** 2),
          objectScoreLogit: disc.radius > 0 ? 3 : -3,
          predictedIou: 0.9,
          origin,
        });
      }
    }
    this.set({ tracklets: withMaskSummaries(this.state.tracklets, summaries) });
  }

  removeMasks(object: number, frames: readonly number[]): void {
    const tracklets: TrackletsSlice = mapTracklet(
      this.state.tracklets,
      objectId(object),
      (tracklet) => ({ ...tracklet, summaries: withoutFrames(tracklet.summaries, frames) }),
    );
    this.set({ tracklets });
    this.studio.media.masks.remove(object, frames);
  }

  /** What one pass over these frames of a sequence makes of the masks as they are. */
  expected(
    frames: Readonly<Record<string, readonly number[]>>,
    assigned: Readonly<Record<string, SequenceScoring['assigned']>>,
  ): ScoreReport | undefined {
    const scorer = new FrameScorer();
    const sequences = Object.entries(frames).map(([name, own]) => ({
      name,
      frames: own.map((frame) => {
        const predicted = Object.entries(assigned[name] ?? {}).flatMap(([truthId, object]) => {
          const disc = this.studio.media.masks.get(object, frame);
          return disc === undefined ? [] : [[truthId, disc] as const];
        });
        const truth = planeOfDiscs(this.#truth.get(name)?.get(frame) ?? {});
        const counts = scorer.count(truth, planeOfDiscs(Object.fromEntries(predicted)));
        return { name: stemOf(frame), counts };
      }),
    }));
    const { protocol } = this.state.groundTruth;
    return reportSoFar({ protocol, setName: 'truth', sequences });
  }
}

/** Names that do not sort as their frames do. */
export function stemOf(frame: number): string {
  return `frame_${frame * 30}`;
}

function loadedTruth(sequences: Readonly<Record<string, TrueDiscs>>, size: Size): LoadedTruth {
  return {
    name: 'truth.zip',
    kind: 'masks',
    rule: 'all-frames',
    offsetFrames: 0,
    sources: [{ path: 'truth.zip', sha256: 'cd'.repeat(32) }],
    sequences: Object.entries(sequences).map(([name, discs]): TruthSequence => {
      const ids = new Set([...discs.values()].flatMap((objects) => Object.keys(objects)));
      const objects = [...ids].map(Number).sort((a, b) => a - b);
      return {
        name,
        size,
        objects: objects.map((truthId) => ({ truthId, name: `thing ${truthId}` })),
        frames: [...discs].map(([frame, objects]) => ({
          stem: stemOf(frame),
          frame: frameIndex(frame),
          truthIds: Object.keys(objects).map(Number),
        })),
        match: {
          rows: [...discs.keys()].map((frame) => ({
            stem: stemOf(frame),
            frame: frameIndex(frame),
            basis: 'name',
          })),
          matchedCount: discs.size,
          sizes: 'same',
          problems: [],
          notices: [],
        },
        dropped: [],
      };
    }),
    unloaded: [],
    notices: [],
  };
}

/** The lowest id on top. */
function planeOfDiscs(discs: Readonly<Record<number, Disc>>): IdPlane {
  const ids = new Uint8Array(LAB_SIZE.width * LAB_SIZE.height);
  for (const [id, { x, y, radius }] of Object.entries(discs)) {
    for (let at = 0; at < ids.length; at++) {
      const column = (at % LAB_SIZE.width) + 0.5;
      const row = Math.floor(at / LAB_SIZE.width) + 0.5;
      const isInside = radius > 0 && (column - x) ** 2 + (row - y) ** 2 <= radius ** 2;
      if (isInside && ids[at] === 0) ids[at] = Number(id);
    }
  }
  return { ...LAB_SIZE, ids };
}
