import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sam2Graphs } from '../../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model } from '../../../src/engine/sam2/sam2-model.ts';
import { deterministicCheckpoint } from '../../helpers/deterministic-weights.ts';
import { GoldenNetworks, networkSections, sectionName } from '../../helpers/network-errors.ts';
import { NodeGraphRuntime, readFloat32 } from '../../helpers/onnx-node.ts';
import { goldenNames, readGolden, readStateDict } from '../../helpers/sam2-goldens.ts';

/** Share of the golden's largest magnitude; fp32. */
const TOLERANCE = 2e-3;
/** The large model's weights are 900 MB to make and to write. */
const SETUP_TIMEOUT_MS = 300_000;

const names = goldenNames();
if (names.length === 0) {
  test('networks', (context) => context.skip('the goldens are not on this machine'));
}

describe.each(names)('%s', (name) => {
  const golden = readGolden(name);
  const opened: (() => unknown)[] = [];
  let networks: GoldenNetworks;

  beforeAll(async () => {
    const checkpoint = deterministicCheckpoint(readStateDict(golden.model), golden.weights.suffix);
    const model = buildSam2Model(checkpoint, golden.image_size);
    const runtime = await NodeGraphRuntime.create();
    opened.push(() => runtime[Symbol.asyncDispose]());
    await runtime.mount(model.weights, checkpoint);
    const graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
    opened.push(() => graphs[Symbol.dispose]());
    const read = async (tensor: Parameters<typeof readFloat32>[0]) => readFloat32(tensor);
    networks = await GoldenNetworks.open({ golden, checkpoint, model, runtime, graphs, read });
  }, SETUP_TIMEOUT_MS);
  afterAll(async () => {
    for (const close of opened.toReversed()) await close();
  });

  const sections = networkSections(golden).map(
    (section) => [sectionName(section), section] as const,
  );

  test.each(sections)('%s', async (_, section) => {
    for (const { stage, error } of await networks.errors(section)) {
      process.stdout.write(`${name.padEnd(14)} ${stage.padEnd(46)} ${error.toExponential(2)}\n`);
      expect(error, stage).toBeLessThanOrEqual(TOLERANCE);
    }
  });
});
