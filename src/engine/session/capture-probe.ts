import type { GraphCaptureReport } from '../../protocol/device.ts';
import { StudioError } from '../../core/errors.ts';
import { encodeModel } from '../graph/encode-model.ts';
import type { Graph } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { ModelGraph } from '../graph-runtime.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import type { OrtModule } from '../runtime/ort-module.ts';
import { OrtRuntime } from '../runtime/ort-runtime.ts';
import { namedValues } from '../self-test/named-values.ts';

const ROWS = 24;
const WIDTH = 32;
/** The first is the one that is captured. */
const RUNS = ['first', 'second', 'third'];

/**
 * Decides whether graphs are captured on a device: where runs that are replayed, on other inputs than
 * the captured run's, give to the bit what plain runs give. Once a device is checked the choice stands.
 * @throws StudioError `device-lost`
 */
export async function probeGraphCapture(
  plan: DevicePlan,
  ort: OrtModule,
): Promise<GraphCaptureReport> {
  if (plan.backend === 'wasm') {
    return { isOn: false, reason: 'Only programs on WebGPU can be recorded and replayed.' };
  }
  const isOn = { isOn: true, reason: 'To be found out.' };
  const capturing = { ...plan, report: { ...plan.report, graphCapture: isOn } };
  using runtime = new OrtRuntime({ ort, plan: capturing, files: new Map() });
  try {
    const fault = await captureFault(runtime);
    if (fault !== undefined) return { isOn: false, reason: fault };
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'model-failed') throw error;
    return { isOn: false, reason: `ONNX Runtime replays no graphs here: ${error.message}` };
  }
  return { isOn: true, reason: 'Recorded programs give the same numbers when they are replayed.' };
}

/** What is wrong with replays here, as a sentence for the user; nothing where they are right. */
async function captureFault(runtime: OrtRuntime): Promise<string | undefined> {
  const graph = probeGraph();
  const model = encodeModel(graph, () => {
    throw new Error('there are no weights to place');
  });
  using plain = await runtime.load('captureProbePlain', model);
  using steady = await runtime.load('captureProbe', model, { isSteady: true });
  for (const name of RUNS) {
    const expected = await runProbe(runtime, plain, name);
    const actual = await runProbe(runtime, steady, name);
    if (expected.join() !== actual.join()) {
      return 'Programs that are recorded and replayed give other numbers on this GPU.';
    }
  }
  const [refused] = runtime.refusedCaptures;
  return refused && `ONNX Runtime does not replay graphs here: ${refused.reason}`;
}

/** All numbers of both results, on inputs that follow from the name. */
async function runProbe(
  runtime: OrtRuntime,
  graph: ModelGraph,
  name: string,
): Promise<readonly number[]> {
  const upload = (input: string) => {
    const data = namedValues(`${name} ${input}`, ROWS * WIDTH);
    return runtime.tensor([ROWS, WIDTH], { dtype: 'float32', data });
  };
  using a = upload('a');
  using b = upload('b');
  const results = await graph.run({ a, b }, ['product', 'weights']);
  using product = results.product;
  using weights = results.weights;
  return [...(await runtime.read(product)), ...(await runtime.read(weights))];
}

/** Two outputs, one of which the other needs, by programs that all have work of their own. */
function probeGraph(): Graph {
  const g = new GraphBuilder('captureProbe');
  const [a, b] = [g.input('a', 'float32', [ROWS, WIDTH]), g.input('b', 'float32', [ROWS, WIDTH])];
  const weights = g.softmax(g.gemm(a, b, { transposeB: true }));
  g.output('weights', weights);
  g.output('product', g.add(g.matMul(weights, b), a));
  return g.build();
}
