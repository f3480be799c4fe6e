import { wrap } from 'comlink';
import { invariant } from '../../src/core/assert.ts';
import stateDict from '../fixtures/sam2/state_dict.nano.json' with { type: 'json' };
import goldenUrl from '../fixtures/sam2/nano-128.json?url';
import type { BrowserDeviceOptions } from './browser-engine.ts';
import type { GoldenLab, LabFacts } from './golden-lab.worker.ts';
import type { TrackGolden } from './golden-track.ts';

/** The reference's outputs for nano at 128, by `fetch`: as a module it would be type-checked. */
export async function fetchNanoGolden(): Promise<TrackGolden> {
  const response = await fetch(goldenUrl);
  invariant(response.ok, `the golden cannot be fetched: ${response.status}`);
  return (await response.json()) as TrackGolden;
}

/** A lab in a worker of its own. The caller terminates it. */
export async function startGoldenLab(golden: TrackGolden, options: BrowserDeviceOptions) {
  const worker = new Worker(new URL('./golden-lab.worker.ts', import.meta.url), { type: 'module' });
  const lab = wrap<GoldenLab>(worker);
  const facts: LabFacts = await lab.open({ ...options, golden, stateDict });
  return { lab, facts, terminate: () => worker.terminate() };
}
