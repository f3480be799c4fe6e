import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { ATTENTION_SCOPE } from './attention.ts';
import { HIERA_NORM_EPSILON, imageToTokens, layerNorm, linear, mlp } from './layers.ts';
import type { ModelConfig } from './model-config.ts';
import { resizeBicubic } from './resampling.ts';
import {
  cropGrid,
  maxPool,
  padGrid,
  reorder,
  rowOrderIndex,
  type TokenGrid,
} from './token-grid.ts';
import type { Weights } from './weights.ts';

/** `backbones/utils.py: PatchEmbed` */
const PATCH = { stride: 4, padding: 3 };

interface BlockOptions {
  readonly heads: number;
  /** 0: global attention. */
  readonly windowSize: number;
  /** Whether queries and skip are pooled by 2×2, `q_stride`. */
  readonly isPooling: boolean;
}

/**
 * The image encoder's trunk, `backbones/hieradet.py: Hiera`.
 * @param image `[1,3,S,S]`
 * @returns the tokens after each stage, at strides 4, 8, 16 and 32
 */
export function hiera(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  config: ModelConfig,
): TokenGrid[] {
  const { stages, windows, globalAttentionBlocks } = config;
  let grid = patchEmbed(g, weights, image, config);
  let block = 0;
  return stages.map((count, stage) => {
    for (let i = 0; i < count; i++, block++) {
      const isPooling = i === 0 && stage > 0;
      // The block that pools still has the window of the stage before.
      const windowSize = windows[isPooling ? stage - 1 : stage] ?? 0;
      const options = {
        heads: config.heads * 2 ** stage,
        windowSize: globalAttentionBlocks.includes(block) ? 0 : windowSize,
        isPooling,
      };
      const name = `blocks.${block}`;
      grid = g.scope(name, () => multiScaleBlock(g, weights.within(name), grid, options));
    }
    return grid;
  });
}

/** Patch embedding and position embedding, in the window order of the first stage. */
function patchEmbed(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  config: ModelConfig,
): TokenGrid {
  const [window = 0] = config.windows;
  const proj = weights.within('patch_embed.proj');
  const patches = g.conv(image, proj.get('weight'), proj.get('bias'), PATCH);
  const side = Number(patches.dims[2]);
  const grid = { tokens: imageToTokens(g, patches), side, window: side };
  const { tokens } = reorder(g, grid, window);
  return { tokens: g.add(tokens, positionEmbedding(weights, side, config)), side, window };
}

/** `Hiera._get_pos_embed` as a table `[side², embedDim]`, in the window order of the first stage. */
function positionEmbedding(weights: Weights, side: number, config: ModelConfig): Value {
  const { embedDim, backgroundSize } = config;
  const window = config.windows[0] ?? 0;
  return weights.derive({
    operation: `position embedding of ${side}`,
    names: ['pos_embed', 'pos_embed_window'],
    dims: [side * side, embedDim],
    compute: (background = new Float32Array(), windowEmbed = new Float32Array()) => {
      const table = new Float32Array(side * side * embedDim);
      const area = backgroundSize ** 2;
      for (let channel = 0; channel < embedDim; channel++) {
        const small = background.subarray(channel * area, (channel + 1) * area);
        const large = resizeBicubic(small, backgroundSize, side);
        for (let token = 0; token < side * side; token++) {
          const tiled = windowEmbed[channel * window ** 2 + (token % window ** 2)] ?? 0;
          const stretched = large[rowOrderIndex(token, { side, window })] ?? 0;
          table[token * embedDim + channel] = stretched + tiled;
        }
      }
      return table;
    },
  });
}

/** `hieradet.py: MultiScaleBlock` */
function multiScaleBlock(
  g: GraphBuilder,
  weights: Weights,
  input: TokenGrid,
  options: BlockOptions,
): TokenGrid {
  const { windowSize, isPooling } = options;
  const isPadded = windowSize > 0 && input.side % windowSize !== 0;
  // Global attention does not see the order of the tokens.
  const x = reorder(g, input, isPadded ? input.side : windowSize || input.window);
  const norm1 = layerNorm(g, weights.within('norm1'), x.tokens, HIERA_NORM_EPSILON);
  const normed = { ...x, tokens: norm1 };
  const shortcut = isPooling ? pooledShortcut(g, weights.within('proj'), normed) : x;
  const attended = isPadded
    ? paddedAttention(g, weights.within('attn'), normed, options)
    : multiScaleAttention(g, weights.within('attn'), normed, options);
  const sum = g.add(shortcut.tokens, attended.tokens);
  const norm2 = layerNorm(g, weights.within('norm2'), sum, HIERA_NORM_EPSILON);
  const hidden = mlp(g, weights.within('mlp'), norm2, { layers: 2, activation: 'gelu' });
  return { ...attended, tokens: g.add(sum, hidden) };
}

function pooledShortcut(g: GraphBuilder, weights: Weights, normed: TokenGrid): TokenGrid {
  return maxPool(g, { ...normed, tokens: linear(g, weights, normed.tokens) });
}

/** Attention in windows that do not divide the grid: padded, and cropped afterwards. */
function paddedAttention(
  g: GraphBuilder,
  weights: Weights,
  grid: TokenGrid,
  options: BlockOptions,
): TokenGrid {
  const { windowSize, isPooling } = options;
  const side = Math.ceil(grid.side / windowSize) * windowSize;
  const padded = reorder(g, padGrid(g, grid, side), windowSize);
  const attended = multiScaleAttention(g, weights, padded, options);
  return cropGrid(g, attended, isPooling ? grid.side / 2 : grid.side);
}

/**
 * `hieradet.py: MultiScaleAttention` inside the grid's windows, or over the whole grid where
 * `windowSize` is 0. Queries, keys and values are runs of the rows of `qkv`, each where it lies.
 */
function multiScaleAttention(
  g: GraphBuilder,
  weights: Weights,
  grid: TokenGrid,
  { heads, windowSize, isPooling }: BlockOptions,
): TokenGrid {
  const qkv = weights.within('qkv');
  const dimOut = (qkv.shape('bias')[0] ?? 0) / 3;
  const windows = windowSize === 0 ? 1 : (grid.side / windowSize) ** 2;
  const project = (start: number) =>
    linear(g, qkv, grid.tokens, { rows: [start * dimOut, dimOut] });
  const projected = { ...grid, tokens: project(0) };
  const queries = isPooling ? maxPool(g, projected) : projected;
  const byWindow = (x: Value) => g.reshape(x, [windows, Number(x.dims[0]) / windows, dimOut]);
  const attended = g.scope(ATTENTION_SCOPE, () =>
    g.multiHeadAttention({
      queries: byWindow(queries.tokens),
      keys: byWindow(project(1)),
      values: byWindow(project(2)),
      heads,
    }),
  );
  const merged = g.reshape(attended, queries.tokens.dims);
  return { ...queries, tokens: linear(g, weights.within('proj'), merged) };
}
