import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import { ModelFrameMaker } from '../../core/frame/model-frame.ts';
import { rgbaPicture } from '../../core/frame/stored-picture.ts';
import type { EngineGraphs, ImageFeatures, MaskDecoderOutput } from '../sam2/engine-graphs.ts';
import type { Sam2Graphs } from '../sam2/sam2-graphs.ts';
import { withoutHoles, type TensorKernels } from './tensor-kernels.ts';

/** A grey frame; small, since only the networks' own size matters. */
const FRAME = { width: 64, height: 64 };

/** What is warmed up, in order, as the user reads it. */
const WARM_UP_PARTS = [
  'image encoder',
  'mask decoder',
  'memory encoder',
  'tracking',
  'several objects',
  'masks as prompts',
  'mask kernels',
] as const;

/** One of them. */
export type WarmUpPart = (typeof WARM_UP_PARTS)[number];

/** How a model is warmed up. */
export interface WarmUpOptions {
  /**
   * Whether programs are compiled at their first run, as on WebGPU: then what a box, a mask prompt,
   * candidates and several objects need is run too, and not only what tracking one object needs.
   */
  readonly compiles: boolean;
  /** Told before each part; `done` is 0 to 1. */
  readonly onPart?: (part: WarmUpPart, done: number) => void;
}

/**
 * Runs the networks on a grey frame: programs are compiled at their first run, which the user's first
 * click should not wait for. A model whose weights give no numbers is found out here.
 * @throws StudioError `model-self-test-failed`
 */
export async function warmUp(
  graphs: Sam2Graphs,
  kernels: TensorKernels,
  { compiles, onPart }: WarmUpOptions,
): Promise<void> {
  const begin = (part: WarmUpPart) =>
    onPart?.(part, WARM_UP_PARTS.indexOf(part) / WARM_UP_PARTS.length);
  begin('image encoder');
  using image = kernels.preprocess(greyFrame(kernels));
  using features = await graphs.encodeImage(image);
  begin('mask decoder');
  using clicked = await graphs.decodeMask({ ...promptOf(graphs, features, 1), isMultimask: true });
  if (compiles) await refine(graphs, features, clicked);
  begin('memory encoder');
  using memory = await graphs.encodeMemory(features, clicked, { isMaskFromPoints: true });
  begin('tracking');
  const [tracked] = await graphs.trackObjects(features, [
    {
      memories: [{ features: memory, temporalRow: graphs.config.numMaskMemories - 1 }],
      pointers: [{ pointer: clicked.objectPointer, temporalDistance: 1 }],
      maxPointerDistance: 1,
    },
  ]);
  invariant(tracked !== undefined, 'a bank gives an object');
  using output = tracked.output;
  tracked.memory[Symbol.dispose]();
  begin('several objects');
  if (compiles) await graphs.compileTogether();
  begin('masks as prompts');
  if (compiles) await useMask(graphs, features);
  begin('mask kernels');
  await readOutput(kernels, output);
}

function greyFrame(kernels: TensorKernels) {
  const rgba = new Uint8ClampedArray(FRAME.width * FRAME.height * 4).fill(128);
  return new ModelFrameMaker().make(rgbaPicture({ ...FRAME, rgba }), kernels.frameForm);
}

/** So many clicks in the middle. */
function promptOf({ config }: EngineGraphs, features: ImageFeatures, clicks: number) {
  const coordinates = new Float32Array(2 * clicks).fill(config.imageSize / 2);
  return { features, points: { coordinates, labels: new Int32Array(clicks).fill(1) } };
}

/** One more click on a mask, and the choice among what the first may have meant. */
async function refine(
  graphs: EngineGraphs,
  features: ImageFeatures,
  { lowResMaskLogits }: MaskDecoderOutput,
): Promise<void> {
  const more = { ...promptOf(graphs, features, 2), previousLogits: lowResMaskLogits };
  (await graphs.decodeMask({ ...more, isMultimask: false }))[Symbol.dispose]();
  (await graphs.decodeCandidates(promptOf(graphs, features, 1)))[Symbol.dispose]();
}

/** A mask that is the whole frame. */
async function useMask(graphs: EngineGraphs, features: ImageFeatures): Promise<void> {
  const side = graphs.config.imageSize;
  const mask = { width: side, height: side, data: new Uint8Array(side * side).fill(1) };
  (await graphs.useMaskAsOutput(features, mask))[Symbol.dispose]();
}

/** @throws StudioError `model-self-test-failed` for scores that are no numbers */
async function readOutput(kernels: TensorKernels, output: MaskDecoderOutput): Promise<void> {
  using filled = withoutHoles(kernels, [output]);
  const [reading] = await kernels.readMasks(filled.outputs, FRAME);
  invariant(reading !== undefined, 'every output is read');
  const { predictedIou, objectScoreLogit } = reading;
  if (!Number.isFinite(predictedIou) || !Number.isFinite(objectScoreLogit)) {
    throw new StudioError(
      'model-self-test-failed',
      'The model gives no numbers on this device: its scores are not finite.',
      { hint: 'The checkpoint may be damaged. Load another, or choose the WASM backend.' },
    );
  }
}
