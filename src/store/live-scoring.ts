import { StudioError } from '../core/errors.ts';
import type { CountedFrame, ScoreReport } from '../core/scores.ts';
import type { LoadedTruth, SequenceScoring } from './ground-truth-slice.ts';
import { setNameOf } from './score-report.ts';
import { SequenceTally, type ScoreJob, type Tracks } from './score-tally.ts';
import { clicksOf, correctionsOf, ScoreTrail, type Correction } from './score-trail.ts';
import { raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { Throttle } from './throttle.ts';

/** Frames dealt at once: enough for all workers, few enough that a correction is seen soon. */
const ROUND_FRAMES = 64;
const REPORT_INTERVAL_MS = 250;
/** Score workers that may end one after another before scoring waits for the user to go on. */
const MOST_TERMINATIONS = 2;

/** A sequence under scoring. */
interface Scored {
  readonly tally: SequenceTally;
  readonly trail: ScoreTrail;
}

/** What a report was asked for, as it was then. */
interface Asked {
  readonly scored: Scored;
  readonly clicks: number;
  readonly answered: readonly Correction[];
}

/**
 * Keeps the scores in step with the masks: frames whose masks change are counted again by the score
 * workers, and a report is asked for when counts or the protocol have changed. The newest state
 * wins; the page itself only compares summaries.
 */
export class LiveScoring implements Disposable {
  readonly #context: StoreContext;
  readonly #reports: Throttle;
  readonly #unsubscribe: () => void;
  /** What has been taken note of. */
  #seen: StudioState;
  #scored: readonly Scored[] = [];
  #isDisposed = false;
  #isScheduled = false;
  #isScoring = false;
  #controller = new AbortController();
  #terminations = 0;
  #isHalted = false;
  /** Sum of the tallies' revisions when a report was wanted last. */
  #reportedRevision = 0;
  /** Failures of this ground truth that the user knows. */
  readonly #told = new Set<string>();

  constructor(context: StoreContext) {
    this.#context = context;
    this.#seen = context.store.getState();
    this.#reports = new Throttle({
      run: () => this.#report(),
      intervalMs: REPORT_INTERVAL_MS,
      nowMs: context.services.nowMs,
    });
    this.#unsubscribe = context.store.subscribe((state) => this.#schedule(state));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#unsubscribe();
    this.#reports[Symbol.dispose]();
    this.#startOver(undefined);
  }

  // Once for each frame drawn, and after the change itself: what an action does to the decode
  // worker besides is on its way then.
  #schedule(state: StudioState): void {
    if (this.#isScheduled || isSameForScores(this.#seen, state)) return;
    this.#isScheduled = true;
    this.#context.services.requestFrame(() => {
      this.#isScheduled = false;
      if (!this.#isDisposed) this.#takeNote();
    });
  }

  #takeNote(): void {
    const before = this.#seen;
    const state = this.#context.store.getState();
    this.#seen = state;
    const { truth, protocol } = state.groundTruth;
    if (truth !== before.groundTruth.truth) this.#startOver(truth);
    if (state.tracklets !== before.tracklets) this.#isHalted = false;
    const tracks = tracksOf(state);
    for (const { tally, trail } of this.#scored) {
      for (const one of correctionsOf(tally, before.prompts, state)) trail.promptChanged(one);
      const assigned = state.groundTruth.scoring[tally.sequence.name]?.assigned ?? {};
      tally.update(assigned, tracks, (change) => trail.maskChanged(change));
    }
    if (protocol !== before.groundTruth.protocol && this.#scored.length > 0) this.#reports.want();
    this.#publish();
    void this.#scoreAll();
  }

  #startOver(truth: LoadedTruth | undefined): void {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#told.clear();
    this.#terminations = 0;
    this.#isHalted = false;
    this.#reportedRevision = 0;
    const sequences = truth?.sequences.filter(({ frames }) => frames.length > 0) ?? [];
    this.#scored = sequences.map((sequence) => ({
      tally: new SequenceTally(sequence),
      trail: new ScoreTrail(),
    }));
  }

  async #scoreAll(): Promise<void> {
    if (this.#isScoring) return;
    this.#isScoring = true;
    for (let jobs = this.#nextJobs(); jobs.length > 0; jobs = this.#nextJobs()) {
      await this.#score(jobs);
      this.#publish();
    }
    this.#isScoring = false;
  }

  /** The sequence in view first, and of it what the user looks at or waits for. */
  #nextJobs(): ScoreJob[] {
    const { groundTruth, playback } = this.#context.store.getState();
    const inView = ({ tally }: Scored) => Number(tally.sequence.name === groundTruth.sequence);
    const jobs: ScoreJob[] = [];
    if (this.#isHalted) return jobs;
    for (const { tally, trail } of this.#scored.toSorted((a, b) => inView(b) - inView(a))) {
      const preferred = [...trail.awaited, tally.positionOf(playback.shownFrame)];
      jobs.push(...tally.take(ROUND_FRAMES - jobs.length, preferred));
    }
    return jobs;
  }

  async #score(jobs: readonly ScoreJob[]): Promise<void> {
    const { signal } = this.#controller;
    try {
      const pairs = jobs.map(({ pair }) => pair);
      const counted = await this.#context.services.scorer.scoreFrames(pairs, signal);
      this.#terminations = 0;
      jobs.forEach((job, at) => accept(job, counted[at]));
    } catch (error) {
      // The ground truth is another one.
      if (signal.aborted) return;
      if (isTerminated(error)) this.#afterTermination(jobs, error);
      else if (jobs.length > 1) for (const job of jobs) await this.#score([job]);
      else this.#fail(jobs, error);
    }
  }

  /** The next round has other workers; where those end too, trying again would never end. */
  #afterTermination(jobs: readonly ScoreJob[], error: StudioError): void {
    for (const job of jobs) job.tally.putBack(job);
    this.#terminations++;
    if (this.#terminations < MOST_TERMINATIONS) return;
    this.#isHalted = true;
    this.#tellOnce(error.message, error.hint);
  }

  #fail(jobs: readonly ScoreJob[], error: unknown): void {
    for (const job of jobs) {
      job.tally.fail(job);
      if (error instanceof StudioError) this.#tellOnce(error.message, error.hint);
      else this.#tellOnce(`${job.pair.name} cannot be scored: ${textOf(error)}`);
    }
  }

  #tellOnce(message: string, hint?: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    raiseAlert(this.#context, { severity: 'error', message, hint });
  }

  async #report(): Promise<void> {
    const { signal } = this.#controller;
    const { protocol, truth } = this.#context.store.getState().groundTruth;
    if (truth === undefined) return;
    const asked = this.#scored.map((scored) => this.#ask(scored));
    const sequences = this.#scored
      .map(({ tally }) => ({ name: tally.sequence.name, frames: tally.counted() }))
      .filter(({ frames }) => frames.length > 0);
    try {
      const request = { protocol, setName: setNameOf(truth), sequences };
      const { scorer } = this.#context.services;
      const report = sequences.length === 0 ? undefined : await scorer.report(request);
      if (signal.aborted) return;
      this.#terminations = 0;
      // Otherwise another report is wanted already, which is the protocol's in use.
      if (this.#context.store.getState().groundTruth.protocol === protocol) {
        this.#take(asked, report);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isTerminated(error) && ++this.#terminations < MOST_TERMINATIONS) this.#reports.want();
      else this.#failReport(error);
    }
  }

  #failReport(error: unknown): void {
    if (error instanceof StudioError) this.#tellOnce(error.message, error.hint);
    else this.#tellOnce(`The scores cannot be reported: ${textOf(error)}`);
    this.#publish({ report: undefined });
  }

  #ask(scored: Scored): Asked {
    const { tally, trail } = scored;
    const state = this.#context.store.getState();
    return {
      scored,
      clicks: clicksOf(state.prompts, presentObjects(tally, tracksOf(state))),
      answered: trail.answered((position) => tally.isCurrent(position)),
    };
  }

  #take(asked: readonly Asked[], report: ScoreReport | undefined): void {
    if (report !== undefined) {
      for (const { scored, clicks, answered } of asked) {
        const sequence = scored.tally.sequence.name;
        scored.trail.take({ sequence, report, clicks, answered });
      }
    }
    this.#publish({ report });
  }

  /** Writes what the page shows, where it changed, and wants a report where counts changed. */
  #publish(fields: { readonly report?: ScoreReport | undefined } = {}): void {
    this.#context.store.setState((state) => {
      const { groundTruth } = state;
      if (groundTruth.truth !== this.#seen.groundTruth.truth) return state;
      let { scoring } = groundTruth;
      for (const { tally, trail } of this.#scored) {
        const { name } = tally.sequence;
        const before = scoring[name];
        if (before === undefined) continue;
        const after = {
          ...before,
          coveredFrames: tally.coveredFrames,
          scoredFrames: tally.scoredFrames,
          history: trail.history(groundTruth.protocol),
          lastChange: trail.lastChange,
        };
        if (!isSameScoring(before, after)) scoring = { ...scoring, [name]: after };
      }
      const isSame = scoring === groundTruth.scoring && !('report' in fields);
      return isSame ? state : { groundTruth: { ...groundTruth, ...fields, scoring } };
    });
    const revision = this.#scored.reduce((sum, { tally }) => sum + tally.revision, 0);
    if (revision === this.#reportedRevision) return;
    this.#reportedRevision = revision;
    this.#reports.want();
  }
}

function accept(job: ScoreJob, counted: CountedFrame | undefined): void {
  if (counted !== undefined) job.tally.accept(job, counted.counts);
}

function isSameForScores(a: StudioState, b: StudioState): boolean {
  return (
    a.groundTruth === b.groundTruth &&
    a.tracklets.items === b.tracklets.items &&
    a.prompts === b.prompts
  );
}

/** What the page knows of each object's masks; those of removed ones count for nothing. */
function tracksOf({ tracklets }: StudioState): Tracks {
  return new Map(tracklets.items.map(({ id, summaries }) => [id, summaries]));
}

function presentObjects(tally: SequenceTally, tracks: Tracks) {
  return [...new Set(Object.values(tally.assigned))].filter((id) => tracks.has(id));
}

function isSameScoring(a: SequenceScoring, b: SequenceScoring): boolean {
  return (
    a.coveredFrames === b.coveredFrames &&
    a.scoredFrames === b.scoredFrames &&
    a.history === b.history &&
    a.lastChange === b.lastChange
  );
}

function isTerminated(error: unknown): error is StudioError {
  return error instanceof StudioError && error.code === 'worker-terminated';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
