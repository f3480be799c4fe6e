import type { BenchmarkStage, StageTimes } from '../../core/benchmark.ts';
import type { ModelFrame } from '../../core/frame/model-frame.ts';
import { frameIndex } from '../../core/ids.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type {
  EncodedPoints,
  ImageFeatures,
  MaskDecoderOutput,
  MemoryBankSelection,
} from '../sam2/engine-graphs.ts';
import { CALL_PRIORITY } from '../runtime/call-queue.ts';
import { withoutHoles } from '../session/tensor-kernels.ts';
import { clocked, timeRuns, type Measuring } from './measuring.ts';

/** Where a stage is timed: what came before it is there. */
interface StageInputs extends Disposable {
  readonly image: DeviceTensor;
  readonly features: ImageFeatures;
  readonly clicked: MaskDecoderOutput;
  readonly memory: DeviceTensor;
}

interface NetworkStage {
  readonly stage: BenchmarkStage;
  readonly run: (
    measuring: Measuring,
    inputs: StageInputs,
  ) => Promise<Disposable | undefined> | Disposable;
}

const STAGES: readonly NetworkStage[] = [
  {
    stage: 'preprocessing',
    run: (measuring) => measuring.model.kernels.preprocess(firstFrame(measuring)),
  },
  { stage: 'image encoder', run: ({ model }, { image }) => model.graphs.encodeImage(image) },
  {
    stage: 'mask decoder, one click',
    run: (measuring, { features }) =>
      measuring.model.graphs.decodeMask({
        features,
        points: clickOn(measuring),
        isMultimask: true,
      }),
  },
  {
    stage: 'memory attention, 1 frame',
    run: ({ model }, inputs) => model.graphs.attendMemory(inputs.features, bankOf(inputs, 1, 1)),
  },
  {
    stage: 'memory attention, full bank',
    run: ({ model }, inputs) => {
      const { numMaskMemories, maxObjectPointers } = model.graphs.config;
      const bank = bankOf(inputs, numMaskMemories, maxObjectPointers);
      return model.graphs.attendMemory(inputs.features, bank);
    },
  },
  {
    stage: 'memory encoder',
    run: ({ model }, { features, clicked }) =>
      model.graphs.encodeMemory(features, clicked, { isMaskFromPoints: false }),
  },
  { stage: 'post-processing and read-back', run: readMask },
];

/**
 * Times each network and the kernels around them alone, on the first picture of the scene.
 * @param onStage told before each stage
 * @param onTimes told after each stage
 */
export async function measureNetworkStages(
  measuring: Measuring,
  report: {
    readonly onStage: (stage: BenchmarkStage) => void;
    readonly onTimes: (times: StageTimes) => void;
  },
): Promise<void> {
  using inputs = await measuring.queue.run(CALL_PRIORITY.propagation, () => makeInputs(measuring));
  for (const { stage, run } of STAGES) {
    report.onStage(stage);
    const once = clocked(measuring, async () => run(measuring, inputs));
    report.onTimes({ stage, ...(await timeRuns(measuring, once)) });
  }
}

async function makeInputs(measuring: Measuring): Promise<StageInputs> {
  const { graphs, kernels } = measuring.model;
  const owned: Disposable[] = [];
  const own = <T extends Disposable>(resource: T): T => {
    owned.push(resource);
    return resource;
  };
  const dispose = () => owned.toReversed().forEach((resource) => resource[Symbol.dispose]());
  try {
    const image = own(kernels.preprocess(firstFrame(measuring)));
    const features = own(await graphs.encodeImage(image));
    const points = clickOn(measuring);
    const clicked = own(await graphs.decodeMask({ features, points, isMultimask: true }));
    const memory = own(await graphs.encodeMemory(features, clicked, { isMaskFromPoints: true }));
    return { image, features, clicked, memory, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** As the decode worker would give it. */
function firstFrame({ model, scene }: Measuring): ModelFrame {
  return scene.modelFrame(frameIndex(0), model.kernels.frameForm);
}

/** In the middle of the first object, in model pixels. */
function clickOn({ model, scene }: Measuring): EncodedPoints {
  const { x, y } = scene.centreOf(1, frameIndex(0));
  const { imageSize } = model.graphs.config;
  const coordinates = [(x * imageSize) / scene.size.width, (y * imageSize) / scene.size.height];
  return { coordinates: Float32Array.from(coordinates), labels: Int32Array.of(1) };
}

/** The one memory and the one pointer, so many times. */
function bankOf(
  { memory, clicked }: StageInputs,
  memories: number,
  pointers: number,
): MemoryBankSelection {
  return {
    memories: Array.from({ length: memories }, (_, slot) => ({
      features: memory,
      temporalRow: memories - 1 - slot,
    })),
    pointers: Array.from({ length: pointers }, (_, distance) => ({
      pointer: clicked.objectPointer,
      temporalDistance: distance,
    })),
    maxPointerDistance: Math.max(1, pointers - 1),
  };
}

/** From the decoder's logits to run lengths at the video's size, as for each tracked object. */
async function readMask(
  { model, scene }: Measuring,
  { clicked }: StageInputs,
): Promise<Disposable> {
  const filled = withoutHoles(model.kernels, [clicked]);
  await model.kernels.readMasks(filled.outputs, scene.size);
  return filled;
}
