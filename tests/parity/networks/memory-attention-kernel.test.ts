import { expect, test } from 'vitest';
import { Sam2Graphs } from '../../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model } from '../../../src/engine/sam2/sam2-model.ts';
import { twinOn } from '../../helpers/attention-twin.ts';
import { deterministicCheckpoint } from '../../helpers/deterministic-weights.ts';
import { GoldenNetworks, networkSections } from '../../helpers/network-errors.ts';
import { NodeGraphRuntime, readFloat32 } from '../../helpers/onnx-node.ts';
import { goldenNames, readGolden, readStateDict } from '../../helpers/sam2-goldens.ts';

/** Share of the golden's largest magnitude; fp32. */
const TOLERANCE = 2e-3;
/** Both widths and versions; larger images take the twin, which is made to be plain, too long. */
const names = goldenNames().filter((name) =>
  ['nano-128', 'tiny-256', 'tiny-2.0-256'].includes(name),
);
if (names.length === 0) {
  test('memory attention', (context) => context.skip('the goldens are not on this machine'));
}

test.each(names)('%s: memory attention as segments around the kernel’s twin', async (name) => {
  const golden = readGolden(name);
  const checkpoint = deterministicCheckpoint(readStateDict(golden.model), golden.weights.suffix);
  const model = buildSam2Model(checkpoint, golden.image_size);
  await using runtime = await NodeGraphRuntime.create();
  await runtime.mount(model.weights, checkpoint);
  const attendToBank = twinOn(runtime);
  using graphs = await Sam2Graphs.load({ runtime, model, checkpoint, attendToBank });
  using networks = await GoldenNetworks.open({
    golden,
    checkpoint,
    model,
    runtime,
    graphs,
    attendToBank,
    read: async (tensor) => readFloat32(tensor),
  });
  const sections = networkSections(golden).filter(({ network }) => network === 'memory attention');
  expect(sections).not.toHaveLength(0);
  for (const section of sections) {
    for (const { stage, error } of await networks.errors(section)) {
      process.stdout.write(`${name.padEnd(14)} ${stage.padEnd(46)} ${error.toExponential(2)}\n`);
      expect(error, stage).toBeLessThanOrEqual(TOLERANCE);
    }
  }
});
