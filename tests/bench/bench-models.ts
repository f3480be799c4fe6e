import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import { modelConfig, type ModelSize } from '../../src/engine/sam2/model-config.ts';
import { expectedTensors } from '../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../src/engine/self-test/named-checkpoint.ts';

/** A model and image size to measure. Weights are made from names: speed does not depend on them. */
export interface BenchCase {
  readonly size: ModelSize;
  readonly imageSize: number;
  readonly repeats: number;
}

export const BENCH_CASES: readonly BenchCase[] = [
  { size: 'nano', imageSize: 256, repeats: 15 },
  { size: 'nano', imageSize: 512, repeats: 7 },
  { size: 'tiny', imageSize: 512, repeats: 4 },
  { size: 'tiny', imageSize: 1024, repeats: 2 },
];

export function benchCheckpoint(size: ModelSize): Checkpoint {
  return namedCheckpoint(expectedTensors(modelConfig(size, '2.1')));
}
