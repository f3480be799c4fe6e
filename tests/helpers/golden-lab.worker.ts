import '../../src/core/dispose-polyfill.ts';
import { expose } from 'comlink';
import { invariant } from '../../src/core/assert.ts';
import type { DeviceReport } from '../../src/protocol/device.ts';
import { FeatureCache } from '../../src/engine/sam2/tracker/feature-cache.ts';
import { REFERENCE_SETTINGS } from '../../src/engine/sam2/tracker/tracker-settings.ts';
import { VideoTracker } from '../../src/engine/sam2/tracker/video-tracker.ts';
import {
  openBrowserDevice,
  openBrowserEngine,
  type BrowserDeviceOptions,
  type BrowserEngine,
} from './browser-engine.ts';
import { deterministicCheckpoint, type StateDict } from './deterministic-weights.ts';
import {
  goldenFrame,
  repeatGoldenTrack,
  type RunAgreement,
  type TrackGolden,
} from './golden-track.ts';
import {
  GoldenNetworks,
  type NetworkBench,
  type NetworkSection,
  type StageError,
} from './network-errors.ts';

/** Enough for every frame of a golden's clip. */
const FEATURE_BYTES = 64 * 2 ** 20;

/** Where and how the lab runs. */
export interface LabFacts {
  readonly device: DeviceReport;
  /** What ORT made of the number that it was given. */
  readonly ortThreads: number;
  readonly isModuleWorker: boolean;
  readonly isCrossOriginIsolated: boolean;
}

export interface LabRequest extends BrowserDeviceOptions {
  readonly golden: TrackGolden;
  readonly stateDict: StateDict;
}

/** A golden repeated in a worker like the product's. One golden for each worker. */
export class GoldenLab {
  #open: { golden: TrackGolden; engine: BrowserEngine; networks: GoldenNetworks } | undefined;

  async open({ golden, stateDict, ...options }: LabRequest): Promise<LabFacts> {
    const device = await openBrowserDevice(options);
    const checkpoint = deterministicCheckpoint(stateDict, golden.weights.suffix);
    const engine = await openBrowserEngine(device, checkpoint, golden.image_size);
    const { runtime, graphs, model, attention } = engine;
    const read = (tensor: Parameters<typeof runtime.read>[0]) => runtime.read(tensor);
    const bench: NetworkBench = {
      golden,
      checkpoint,
      model,
      runtime,
      graphs,
      read,
      ...(attention && { attendToBank: (operands) => attention.attend(operands) }),
    };
    this.#open = { golden, engine, networks: await GoldenNetworks.open(bench) };
    return {
      device: device.plan.report,
      ortThreads: device.ort.env.wasm.numThreads ?? 1,
      isModuleWorker: isModuleWorker(),
      isCrossOriginIsolated: self.crossOriginIsolated,
    };
  }

  async errors(section: NetworkSection): Promise<readonly StageError[]> {
    return this.#opened().networks.errors(section);
  }

  /** Times that the attention kernel has run. */
  attentionRuns(): number {
    return this.#opened().engine.attention?.counters.runs ?? 0;
  }

  /** The whole track; logits and memories stay on the device and are read for comparison only. */
  async track(): Promise<readonly RunAgreement[]> {
    const { golden, engine } = this.#opened();
    const { track, image_size: size } = golden;
    invariant(track !== undefined, 'the golden has no track');
    const { graphs, runtime } = engine;
    using features = new FeatureCache({
      graphs,
      input: async (frame) =>
        runtime.tensor([1, 3, size, size], {
          dtype: 'float32',
          data: goldenFrame(track, frame, size),
        }),
      budgetBytes: FEATURE_BYTES,
    });
    using tracker = new VideoTracker({
      graphs,
      features,
      // The goldens were made without hole filling; the tracker wants a tensor of its own.
      postprocess: {
        fillHoles: async (logits) => logits.map((tensor) => runtime.concat([tensor])),
      },
      masklets: {
        maskOf: () => Promise.reject(new Error('a clip of six frames needs no stored mask')),
      },
      video: { width: size, height: size, frameCount: track.frames.length },
      settings: REFERENCE_SETTINGS,
    });
    const logitsOf = ({ lowResMaskLogits }: { lowResMaskLogits: LabTensor }) =>
      runtime.read(lowResMaskLogits);
    return await repeatGoldenTrack(tracker, { track, size, logitsOf });
  }

  #opened() {
    invariant(this.#open !== undefined, 'the lab is not open');
    return this.#open;
  }
}

type LabTensor = Parameters<BrowserEngine['runtime']['read']>[0];

/** `importScripts` exists in module workers too, and throws there. */
function isModuleWorker(): boolean {
  // The tests' types are the page's, which has no such function.
  const { importScripts } = self as unknown as { readonly importScripts: () => void };
  try {
    importScripts();
    return false;
  } catch {
    return true;
  }
}

expose(new GoldenLab());
