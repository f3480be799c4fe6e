import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { ATTENTION_SCOPE } from './attention.ts';
import { HIERA_NORM_EPSILON, imageToTokens, layerNorm, linear, mlp, normedSum } from './layers.ts';
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

/** Tokens of a grid and what is added to them where a norm first needs the sum. */
interface PendingGrid {
  readonly grid: TokenGrid;
  /** `[side²,channels]`, in the same order. */
  readonly added: Value;
}

/** What a block has made. */
interface BlockResult {
  /** What it took, summed, in the order in which it came. */
  readonly input: TokenGrid;
  readonly output: PendingGrid;
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
  let state = patchEmbed(g, weights, image, config);
  let block = 0;
  const results: TokenGrid[] = [];
  for (const [stage, count] of stages.entries()) {
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
      const before = state;
      const { input, output } = g.scope(name, () =>
        multiScaleBlock(g, weights.within(name), before, options),
      );
      // What the first block of a stage takes is what the stage before has made.
      if (isPooling) results.push(input);
      state = output;
    }
  }
  return [...results, summed(g, state)];
}

function summed(g: GraphBuilder, { grid, added }: PendingGrid): TokenGrid {
  return { ...grid, tokens: g.add(grid.tokens, added) };
}

/** Patch embedding and position embedding, in the window order of the first stage. */
function patchEmbed(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  config: ModelConfig,
): PendingGrid {
  const [window = 0] = config.windows;
  const proj = weights.within('patch_embed.proj');
  const patches = g.conv(image, proj.get('weight'), proj.get('bias'), PATCH);
  const side = Number(patches.dims[2]);
  const grid = { tokens: imageToTokens(g, patches), side, window: side };
  return { grid: reorder(g, grid, window), added: positionEmbedding(weights, side, config) };
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
  pending: PendingGrid,
  options: BlockOptions,
): BlockResult {
  const { windowSize, isPooling } = options;
  const { side, window } = pending.grid;
  const isPadded = windowSize > 0 && side % windowSize !== 0;
  const { input, x, normed } = normedInput(g, weights.within('norm1'), pending, {
    // Global attention does not see the order of the tokens.
    window: isPadded ? side : windowSize || window,
    isPooling,
  });
  const shortcut = isPooling ? pooledShortcut(g, weights.within('proj'), normed) : x;
  const attended = isPadded
    ? paddedAttention(g, weights.within('attn'), normed, options)
    : multiScaleAttention(g, weights.within('attn'), normed, options);
  const residual = { x: shortcut.tokens, added: attended.tokens };
  const norm2 = normedSum(g, weights.within('norm2'), residual, HIERA_NORM_EPSILON);
  const hidden = mlp(g, weights.within('mlp'), norm2.normed, { layers: 2, activation: 'gelu' });
  return { input, output: { grid: { ...attended, tokens: norm2.sum }, added: hidden } };
}

/** A block's input as it came, and in the order of its windows, before and after its first norm. */
function normedInput(
  g: GraphBuilder,
  weights: Weights,
  pending: PendingGrid,
  { window, isPooling }: { readonly window: number; readonly isPooling: boolean },
) {
  const { grid, added } = pending;
  if (grid.window !== window && !isPooling) {
    // Sum and norm would be moved both; so only the sum is.
    const input = summed(g, pending);
    const x = reorder(g, input, window);
    const norm = layerNorm(g, weights, x.tokens, HIERA_NORM_EPSILON);
    return { input, x, normed: { ...x, tokens: norm } };
  }
  const { sum, normed } = normedSum(g, weights, { x: grid.tokens, added }, HIERA_NORM_EPSILON);
  const input = { ...grid, tokens: sum };
  return { input, x: input, normed: reorder(g, { ...grid, tokens: normed }, window) };
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
