import type { LoadProgress } from '../../protocol/device.ts';

/** Where each stage ends, as a fraction of the whole load; by times seen with nano and tiny. */
const STAGE_ENDS = {
  starting: 0.05,
  checking: 0.2,
  downloading: 0.4,
  reading: 0.5,
  'comparing float16': 0.55,
  'preparing weights': 0.65,
  'timing attention': 0.7,
  'building graphs': 0.9,
  'warming up': 1,
} as const satisfies Record<LoadProgress['stage'], number>;

/** Reports stages of a load on one scale from 0 to 1. */
export class LoadReporter {
  readonly #onProgress: (progress: LoadProgress) => void;

  constructor(onProgress: (progress: LoadProgress) => void) {
    this.#onProgress = onProgress;
  }

  /**
   * @param done how much of the stage, 0..1
   * @param part what of the stage is under way, where it has parts
   */
  at(stage: LoadProgress['stage'], done = 0, part?: string): void {
    const stages = Object.entries(STAGE_ENDS);
    const position = stages.findIndex(([name]) => name === stage);
    const start = stages[position - 1]?.[1] ?? 0;
    const fraction = start + (STAGE_ENDS[stage] - start) * done;
    this.#onProgress({ stage, fraction, ...(part !== undefined && { part }) });
  }
}
