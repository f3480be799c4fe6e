import { wrap } from 'comlink';
import type { CountedFrame, FramePair } from '../../src/core/scores.ts';
import type { MediaPort, TruthPort } from '../../src/protocol/media-api.ts';
import type { ScoreApi } from '../../src/protocol/score-api.ts';
import {
  packReport,
  unpackRequest,
  type PackedReport,
  type PackedReportRequest,
} from '../../src/protocol/score-packing.ts';
import { ScoreService } from '../../src/scoring/score-service.ts';

/** What all score workers of a studio were told, for tests to look at and to meddle with. */
export class ScoreLog implements Disposable {
  /** Names of the frames counted, one for each time. */
  readonly frames: string[] = [];
  readonly requests: PackedReportRequest[] = [];
  /** Thrown whenever the frame of this name is to be counted. */
  readonly failures = new Map<string, Error>();
  /** Thrown by the next report, once. */
  reportFailure: Error | undefined;
  /** Awaited after a frame is counted, before its counts are handed over. */
  afterFrame: ((name: string) => Promise<void>) | undefined;
  /** How many workers that are started next will not come up. */
  deadWorkers = 0;
  readonly ports: MessagePort[] = [];

  [Symbol.dispose](): void {
    for (const port of this.ports) port.close();
  }
}

/** The real scoring in place of a worker. */
export class FakeScore implements ScoreApi {
  readonly #log: ScoreLog;
  readonly #service = new ScoreService({
    readPng: () => Promise.reject(new Error('the page scores no files')),
  });

  constructor(log: ScoreLog) {
    this.#log = log;
  }

  async connectMedia(port: MessagePort): Promise<void> {
    this.#log.ports.push(port);
    this.#service.connectMedia(wrap<MediaPort & TruthPort>(port));
  }

  async scoreFrames(pairs: readonly FramePair[]): Promise<CountedFrame[]> {
    const counted: CountedFrame[] = [];
    for (const pair of pairs) {
      const failure = this.#log.failures.get(pair.name);
      if (failure !== undefined) throw failure;
      counted.push(...(await this.#service.scoreFrames([pair])));
      this.#log.frames.push(pair.name);
      await this.#log.afterFrame?.(pair.name);
    }
    return counted;
  }

  async report(request: PackedReportRequest): Promise<PackedReport | undefined> {
    this.#log.requests.push(request);
    const failure = this.#log.reportFailure;
    this.#log.reportFailure = undefined;
    if (failure !== undefined) throw failure;
    const report = this.#service.report(unpackRequest(request));
    return report === undefined ? undefined : packReport(report);
  }

  async cancel(): Promise<void> {
    this.#service.cancel();
  }
}
