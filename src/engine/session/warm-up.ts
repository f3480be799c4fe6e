import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import { ModelFrameMaker } from '../../core/frame/model-frame.ts';
import { rgbaPicture } from '../../core/frame/stored-picture.ts';
import type { EngineGraphs } from '../sam2/engine-graphs.ts';
import type { TensorKernels } from './tensor-kernels.ts';

/** A grey frame; small, since only the networks' own size matters. */
const FRAME = { width: 64, height: 64 };

/**
 * Runs every network of a click and of one tracked object once on a grey frame: pipelines are compiled at their first run, which the
 * user's first click should not wait for. A model whose weights give no numbers is found out here.
 * @throws StudioError `model-self-test-failed`
 */
export async function warmUp(graphs: EngineGraphs, kernels: TensorKernels): Promise<void> {
  const rgba = new Uint8ClampedArray(FRAME.width * FRAME.height * 4).fill(128);
  const frame = new ModelFrameMaker().make(rgbaPicture({ ...FRAME, rgba }), kernels.frameForm);
  using image = kernels.preprocess(frame);
  using features = await graphs.encodeImage(image);
  const { imageSize, numMaskMemories } = graphs.config;
  using clicked = await graphs.decodeMask({
    features,
    points: {
      coordinates: Float32Array.of(imageSize / 2, imageSize / 2),
      labels: Int32Array.of(1),
    },
    isMultimask: true,
  });
  using memory = await graphs.encodeMemory(features, clicked, { isMaskFromPoints: true });
  const bank = {
    memories: [{ features: memory, temporalRow: numMaskMemories - 1 }],
    pointers: [{ pointer: clicked.objectPointer, temporalDistance: 1 }],
    maxPointerDistance: 1,
  };
  const [object] = await graphs.trackObjects(features, [bank]);
  invariant(object !== undefined, 'an object that is tracked has an output');
  using tracked = object.output;
  using _nextMemory = object.memory;
  using lowResMaskLogits = kernels.fillHoles(tracked.lowResMaskLogits);
  const { iouScores, objectScoreLogits } = tracked;
  const reading = await kernels.readMask({ lowResMaskLogits, iouScores, objectScoreLogits }, FRAME);
  if (Number.isFinite(reading.predictedIou) && Number.isFinite(reading.objectScoreLogit)) return;
  throw new StudioError(
    'model-self-test-failed',
    'The model gives no numbers on this device: its scores are not finite.',
    { hint: 'The checkpoint may be damaged. Load another, or choose the WASM backend.' },
  );
}
