import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { expectedTensors } from './state-dict.ts';

/** The published sizes, and the one that comes with the studio. */
export type ModelSize = 'nano' | 'tiny' | 'small' | 'base_plus' | 'large';

/** What distinguishes one SAM 2 from another; `sam2/configs/*.yaml`. */
export interface ModelConfig {
  readonly size: ModelSize;
  /** 2.1 adds `no_obj_embed_spatial` and temporal positions of object pointers. */
  readonly version: '2.0' | '2.1';
  /** Channels after the patch embedding; doubled at each stage. */
  readonly embedDim: number;
  /** Attention heads of the first stage; doubled at each stage. */
  readonly heads: number;
  /** Blocks of each stage. */
  readonly stages: readonly number[];
  readonly globalAttentionBlocks: readonly number[];
  /** Window side of each stage, in tokens. */
  readonly windows: readonly number[];
  /** Side of the background position embedding, in tokens. */
  readonly backgroundSize: number;
  /** d: channels of the neck, the decoder and the memory attention. */
  readonly width: number;
  /** Channels of memories and pointer tokens. */
  readonly memoryWidth: number;
  readonly memoryAttentionLayers: number;
  readonly memoryFeedForward: number;
}

const PUBLISHED = {
  width: 256,
  memoryWidth: 64,
  memoryAttentionLayers: 4,
  memoryFeedForward: 2048,
};

/** Every model that is known, smallest first. */
export const MODEL_SIZES: readonly Omit<ModelConfig, 'version'>[] = [
  {
    size: 'nano',
    embedDim: 32,
    heads: 1,
    stages: [1, 2, 5, 2],
    globalAttentionBlocks: [5, 7, 9],
    windows: [8, 4, 16, 8],
    backgroundSize: 8,
    width: 128,
    memoryWidth: 64,
    memoryAttentionLayers: 2,
    memoryFeedForward: 512,
  },
  {
    size: 'tiny',
    embedDim: 96,
    heads: 1,
    stages: [1, 2, 7, 2],
    globalAttentionBlocks: [5, 7, 9],
    windows: [8, 4, 14, 7],
    backgroundSize: 7,
    ...PUBLISHED,
  },
  {
    size: 'small',
    embedDim: 96,
    heads: 1,
    stages: [1, 2, 11, 2],
    globalAttentionBlocks: [7, 10, 13],
    windows: [8, 4, 14, 7],
    backgroundSize: 7,
    ...PUBLISHED,
  },
  {
    size: 'base_plus',
    embedDim: 112,
    heads: 2,
    stages: [2, 3, 16, 3],
    globalAttentionBlocks: [12, 16, 20],
    windows: [8, 4, 14, 7],
    backgroundSize: 14,
    ...PUBLISHED,
  },
  {
    size: 'large',
    embedDim: 144,
    heads: 2,
    stages: [2, 6, 36, 4],
    globalAttentionBlocks: [23, 33, 43],
    windows: [8, 4, 16, 8],
    backgroundSize: 7,
    ...PUBLISHED,
  },
];

/** The configuration of a model by name. */
export function modelConfig(size: ModelSize, version: ModelConfig['version']): ModelConfig {
  const found = MODEL_SIZES.find((config) => config.size === size);
  invariant(found !== undefined, `no model is called "${size}"`);
  return { ...found, version };
}

const PATCH_EMBED = 'image_encoder.trunk.patch_embed.proj.weight';
const BLOCK_NAME = /^image_encoder\.trunk\.blocks\.(\d+)\./;
/** The tensors that only 2.1 has, `sam2_base.py: SAM2Base.__init__`. */
const ADDED_IN_2_1 = /^(no_obj_embed_spatial$|obj_ptr_tpos_proj\.)/;

/**
 * Recognises the model by the names and shapes of its tensors.
 * @throws StudioError `checkpoint-unsupported`, naming a tensor that is missing, unknown or of
 * another shape than the model's
 */
export function recognizeModel(tensors: Checkpoint['tensors']): ModelConfig {
  const names = [...tensors.keys()];
  const embedDim = tensors.get(PATCH_EMBED)?.shape[0];
  if (embedDim === undefined) {
    throw unsupported(
      `The checkpoint has no tensor "${PATCH_EMBED}", so it is not of a SAM 2 model.`,
    );
  }
  const blocks = 1 + Math.max(-1, ...names.map((name) => Number(BLOCK_NAME.exec(name)?.[1] ?? -1)));
  const size = MODEL_SIZES.find(
    ({ embedDim: width, stages }) =>
      width === embedDim && stages.reduce((sum, count) => sum + count, 0) === blocks,
  );
  if (size === undefined) {
    throw unsupported(
      `The checkpoint’s image encoder has ${blocks} blocks and begins with ${embedDim} channels, as that of no SAM 2 model.`,
    );
  }
  const isNewer = names.some((name) => ADDED_IN_2_1.test(name));
  const config: ModelConfig = { ...size, version: isNewer ? '2.1' : '2.0' };
  requireTensors(tensors, config);
  return config;
}

function requireTensors(tensors: Checkpoint['tensors'], config: ModelConfig): void {
  const expected = expectedTensors(config);
  const model = `SAM ${config.version} ${config.size}`;
  for (const [name, shape] of expected) {
    const found = tensors.get(name)?.shape;
    if (found === undefined) {
      throw unsupported(`The checkpoint looks like ${model} but has no tensor "${name}".`);
    }
    if (found.join() !== shape.join()) {
      throw unsupported(
        `The checkpoint looks like ${model}, whose "${name}" is [${shape.join(', ')}], but here it is [${found.join(', ')}].`,
      );
    }
  }
  const unknown = [...tensors.keys()].find((name) => !expected.has(name));
  if (unknown !== undefined) {
    throw unsupported(`The checkpoint has a tensor "${unknown}", which ${model} does not have.`);
  }
}

function unsupported(message: string): StudioError {
  return new StudioError('checkpoint-unsupported', message, {
    hint: 'Use a SAM 2 or SAM 2.1 checkpoint (tiny, small, base+ or large) or a fine-tune that keeps its architecture.',
  });
}
