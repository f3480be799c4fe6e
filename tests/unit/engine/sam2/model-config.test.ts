import { describe, expect, test } from 'vitest';
import type { CheckpointTensor } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { modelConfig, recognizeModel } from '../../../../src/engine/sam2/model-config.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { deterministicCheckpoint, type StateDict } from '../../../helpers/deterministic-weights.ts';
import { readStateDictFile, stateDictNames } from '../../../helpers/sam2-goldens.ts';

const names = stateDictNames();

function tensorsOf(stateDict: StateDict): Map<string, CheckpointTensor> {
  return new Map(deterministicCheckpoint(stateDict).tensors);
}

if (names.length === 0) {
  test('state dicts', (context) => context.skip('the goldens are not on this machine'));
}

describe('published state dicts', () => {
  test.each(names)('%s is recognised and expected name by name', (name) => {
    const stateDict = readStateDictFile(name);
    const config = recognizeModel(tensorsOf(stateDict));
    const suffix = config.version === '2.0' ? '.2.0' : '';
    expect(`${config.size}${suffix}`).toBe(name);
    expect(Object.fromEntries(expectedTensors(config))).toEqual(stateDict);
  });
});

/** A state dict of this repository's own making, for what the goldens need not be there. */
function buildStateDict(version: '2.0' | '2.1' = '2.1'): Record<string, readonly number[]> {
  return Object.fromEntries(expectedTensors(modelConfig('nano', version)));
}

test('the version is told by the tensors that only 2.1 has', () => {
  expect(recognizeModel(tensorsOf(buildStateDict('2.1'))).version).toBe('2.1');
  expect(recognizeModel(tensorsOf(buildStateDict('2.0'))).version).toBe('2.0');
});

const NORM = 'memory_attention.norm.weight';

test.each([
  [
    'missing',
    (d: Record<string, readonly number[]>) => delete d[NORM],
    /has no tensor "memory_attention\.norm\.weight"/,
  ],
  [
    'misshapen',
    (d: Record<string, readonly number[]>) => (d[NORM] = [256]),
    /"memory_attention\.norm\.weight" is \[128\], but here it is \[256\]/,
  ],
  [
    'unknown',
    (d: Record<string, readonly number[]>) => (d['head.weight'] = [1]),
    /tensor "head\.weight", which SAM 2\.1 nano does not have/,
  ],
  [
    'half of 2.1',
    (d: Record<string, readonly number[]>) => delete d['no_obj_embed_spatial'],
    /no tensor "no_obj_embed_spatial"/,
  ],
  [
    'another depth',
    (d: Record<string, readonly number[]>) =>
      (d['image_encoder.trunk.blocks.10.norm1.weight'] = [256]),
    /encoder has 11 blocks and begins with 32 channels/,
  ],
  [
    'another model',
    (d: Record<string, readonly number[]>) =>
      delete d['image_encoder.trunk.patch_embed.proj.weight'],
    /not of a SAM 2 model/,
  ],
])('a checkpoint with a tensor %s is refused by the tensor’s name', (_, change, message) => {
  const stateDict = buildStateDict();
  change(stateDict);
  const recognize = () => recognizeModel(tensorsOf(stateDict));
  expect(recognize).toThrow(message);
  expect(recognize).toThrow(expect.objectContaining({ code: 'checkpoint-unsupported' }));
});
