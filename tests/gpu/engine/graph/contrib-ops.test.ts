import { expect, test } from 'vitest';
import { DispatchCounter } from '../../../../src/engine/benchmark/gpu-counters.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import { graphCost, sumCosts } from '../../../../src/engine/graph/graph-cost.ts';
import { OrtRuntime } from '../../../../src/engine/runtime/ort-runtime.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { openBrowserDevice } from '../../../helpers/browser-engine.ts';
import { CONTRIB_CASES } from '../../../helpers/contrib-cases.ts';

const { plan, ort } = await openBrowserDevice({ backend: 'webgpu', bankAttention: 'graph' });

test.each(CONTRIB_CASES)('$name on WebGPU is what its definition says', async (one) => {
  if (plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  using runtime = new OrtRuntime({ ort, plan, files: new Map() });
  const model = encodeModel(one.graph, () =>
    expect.fail('the graphs have inputs and constants only'),
  );
  using graph = await runtime.load('case', model);
  const inputs = one.inputs(runtime);
  using counter = new DispatchCounter(plan.device);
  const results = await graph.run(inputs, Object.keys(one.expected));
  for (const [name, expected] of Object.entries(one.expected)) {
    const result = results[name] ?? expect.fail(`no ${name}`);
    expectAllClose(await runtime.read(result), expected, { atol: 1e-5, rtol: 1e-5 });
  }
  expect(counter.dispatches).toBe(one.dispatches);
  expect(sumCosts(graphCost(one.graph)).dispatches).toBe(one.dispatches);
});
