import type { ModelConfig } from './model-config.ts';

type Shapes = [name: string, shape: readonly number[]][];

/** Patch size and channels of the input, `backbones/utils.py: PatchEmbed`. */
const [PATCH_KERNEL, IMAGE_CHANNELS] = [7, 3];
/** `sam2_base.py: num_maskmem` */
export const NUM_MASK_MEMORIES = 7;
/** `mask_decoder.py: num_multimask_outputs + 1` */
export const NUM_MASK_TOKENS = 4;
/** Channels between the convolutions of `memory_encoder.py: MaskDownSampler`. */
export const MASK_DOWNSAMPLER_CHANNELS = [1, 4, 16, 64, 256] as const;
/** Channels between the convolutions of `prompt_encoder.py: mask_downscaling`. */
const MASK_DOWNSCALING_CHANNELS = [1, 4, 16] as const;
/** `sam2_base.py: _build_sam_heads` */
const [DECODER_MLP, IOU_HIDDEN] = [2048, 256];

/** Every tensor of the model's state dict with its shape. */
export function expectedTensors(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { width, memoryWidth } = config;
  return new Map<string, readonly number[]>([
    ['maskmem_tpos_enc', [NUM_MASK_MEMORIES, 1, 1, memoryWidth]],
    ['no_mem_embed', [1, 1, width]],
    ['no_mem_pos_enc', [1, 1, width]],
    ['no_obj_ptr', [1, width]],
    ...trunk(config),
    ...neck(config),
    ...convolution('mask_downsample', 1, [1, 4, 4]),
    ...memoryAttention(config),
    ...memoryEncoder(config),
    ...promptEncoder(width),
    ...maskDecoder(width),
    ...mlp('obj_ptr_proj', [width, width, width, width]),
    ...(config.version === '2.1'
      ? ([
          ['no_obj_embed_spatial', [1, memoryWidth]],
          ...linear('obj_ptr_tpos_proj', width, memoryWidth),
        ] satisfies Shapes)
      : []),
  ]);
}

/** Channels of each stage of the trunk. */
function stageChannels({ embedDim, stages }: ModelConfig): number[] {
  return stages.map((_, stage) => embedDim * 2 ** stage);
}

function trunk(config: ModelConfig): Shapes {
  const { embedDim, backgroundSize, stages, windows } = config;
  const base = 'image_encoder.trunk';
  const [firstWindow = 0] = windows;
  const shapes: Shapes = [
    [`${base}.pos_embed`, [1, embedDim, backgroundSize, backgroundSize]],
    [`${base}.pos_embed_window`, [1, embedDim, firstWindow, firstWindow]],
    ...convolution(`${base}.patch_embed.proj`, embedDim, [
      IMAGE_CHANNELS,
      PATCH_KERNEL,
      PATCH_KERNEL,
    ]),
  ];
  let [block, dim] = [0, embedDim];
  for (const [stage, dimOut] of stageChannels(config).entries()) {
    for (let i = 0; i < (stages[stage] ?? 0); i++) {
      shapes.push(...trunkBlock(`${base}.blocks.${block}`, dim, dimOut));
      dim = dimOut;
      block++;
    }
  }
  return shapes;
}

function trunkBlock(base: string, dim: number, dimOut: number): Shapes {
  return [
    ...norm(`${base}.norm1`, dim),
    ...linear(`${base}.attn.qkv`, dim, 3 * dimOut),
    ...linear(`${base}.attn.proj`, dimOut, dimOut),
    ...norm(`${base}.norm2`, dimOut),
    ...mlp(`${base}.mlp`, [dimOut, 4 * dimOut, dimOut]),
    ...(dim === dimOut ? [] : linear(`${base}.proj`, dim, dimOut)),
  ];
}

function neck(config: ModelConfig): Shapes {
  return stageChannels(config)
    .toReversed()
    .flatMap((channels, i) =>
      convolution(`image_encoder.neck.convs.${i}.conv`, config.width, [channels, 1, 1]),
    );
}

function memoryAttention(config: ModelConfig): Shapes {
  const { width, memoryWidth, memoryFeedForward, memoryAttentionLayers } = config;
  const layers = Array.from({ length: memoryAttentionLayers }, (_, i) => {
    const base = `memory_attention.layers.${i}`;
    return [
      ...attention(`${base}.self_attn`, width, { inner: width }),
      ...attention(`${base}.cross_attn_image`, width, { inner: width, keyWidth: memoryWidth }),
      ...linear(`${base}.linear1`, width, memoryFeedForward),
      ...linear(`${base}.linear2`, memoryFeedForward, width),
      ...[1, 2, 3].flatMap((n) => norm(`${base}.norm${n}`, width)),
    ];
  });
  return [...layers.flat(), ...norm('memory_attention.norm', width)];
}

function memoryEncoder({ width, memoryWidth }: ModelConfig): Shapes {
  const base = 'memory_encoder';
  const channels = MASK_DOWNSAMPLER_CHANNELS;
  const encoder = `${base}.mask_downsampler.encoder`;
  const downsampler = channels
    .slice(1)
    .flatMap((count, i) => [
      ...convolution(`${encoder}.${3 * i}`, count, [channels[i] ?? 0, 3, 3]),
      ...norm(`${encoder}.${3 * i + 1}`, count),
    ]);
  const fuser = [0, 1].flatMap((i): Shapes => {
    const layer = `${base}.fuser.layers.${i}`;
    return [
      [`${layer}.gamma`, [width]],
      ...convolution(`${layer}.dwconv`, width, [1, 7, 7]),
      ...norm(`${layer}.norm`, width),
      ...linear(`${layer}.pwconv1`, width, 4 * width),
      ...linear(`${layer}.pwconv2`, 4 * width, width),
    ];
  });
  return [
    ...downsampler,
    ...convolution(`${encoder}.12`, width, [channels[4], 1, 1]),
    ...convolution(`${base}.pix_feat_proj`, width, [width, 1, 1]),
    ...fuser,
    ...convolution(`${base}.out_proj`, memoryWidth, [width, 1, 1]),
  ];
}

function promptEncoder(width: number): Shapes {
  const base = 'sam_prompt_encoder';
  const [first, second, third] = MASK_DOWNSCALING_CHANNELS;
  return [
    [`${base}.pe_layer.positional_encoding_gaussian_matrix`, [2, width / 2]],
    ...[0, 1, 2, 3].map((i): Shapes[number] => [
      `${base}.point_embeddings.${i}.weight`,
      [1, width],
    ]),
    [`${base}.not_a_point_embed.weight`, [1, width]],
    ...convolution(`${base}.mask_downscaling.0`, second, [first, 2, 2]),
    ...norm(`${base}.mask_downscaling.1`, second),
    ...convolution(`${base}.mask_downscaling.3`, third, [second, 2, 2]),
    ...norm(`${base}.mask_downscaling.4`, third),
    ...convolution(`${base}.mask_downscaling.6`, width, [third, 1, 1]),
    [`${base}.no_mask_embed.weight`, [1, width]],
  ];
}

function maskDecoder(width: number): Shapes {
  const base = 'sam_mask_decoder';
  const [eighth, quarter] = [width / 8, width / 4];
  const hypernetworks = Array.from({ length: NUM_MASK_TOKENS }, (_, i) =>
    mlp(`${base}.output_hypernetworks_mlps.${i}`, [width, width, width, eighth]),
  );
  return [
    ...twoWayTransformer(`${base}.transformer`, width),
    [`${base}.iou_token.weight`, [1, width]],
    [`${base}.mask_tokens.weight`, [NUM_MASK_TOKENS, width]],
    [`${base}.obj_score_token.weight`, [1, width]],
    [`${base}.output_upscaling.0.weight`, [width, quarter, 2, 2]],
    [`${base}.output_upscaling.0.bias`, [quarter]],
    ...norm(`${base}.output_upscaling.1`, quarter),
    [`${base}.output_upscaling.3.weight`, [quarter, eighth, 2, 2]],
    [`${base}.output_upscaling.3.bias`, [eighth]],
    ...convolution(`${base}.conv_s0`, eighth, [width, 1, 1]),
    ...convolution(`${base}.conv_s1`, quarter, [width, 1, 1]),
    ...hypernetworks.flat(),
    ...mlp(`${base}.iou_prediction_head`, [width, IOU_HIDDEN, IOU_HIDDEN, NUM_MASK_TOKENS]),
    ...mlp(`${base}.pred_obj_score_head`, [width, width, width, 1]),
  ];
}

function twoWayTransformer(base: string, width: number): Shapes {
  const half = { inner: width / 2 };
  const layers = [0, 1].flatMap((i) => {
    const layer = `${base}.layers.${i}`;
    return [
      ...attention(`${layer}.self_attn`, width, { inner: width }),
      ...attention(`${layer}.cross_attn_token_to_image`, width, half),
      ...mlp(`${layer}.mlp`, [width, DECODER_MLP, width]),
      ...attention(`${layer}.cross_attn_image_to_token`, width, half),
      ...[1, 2, 3, 4].flatMap((n) => norm(`${layer}.norm${n}`, width)),
    ];
  });
  return [
    ...layers,
    ...attention(`${base}.final_attn_token_to_image`, width, half),
    ...norm(`${base}.norm_final_attn`, width),
  ];
}

function attention(
  base: string,
  width: number,
  { inner, keyWidth = width }: { readonly inner: number; readonly keyWidth?: number },
): Shapes {
  return [
    ...linear(`${base}.q_proj`, width, inner),
    ...linear(`${base}.k_proj`, keyWidth, inner),
    ...linear(`${base}.v_proj`, keyWidth, inner),
    ...linear(`${base}.out_proj`, inner, width),
  ];
}

function mlp(base: string, widths: readonly number[]): Shapes {
  return widths
    .slice(1)
    .flatMap((width, i) => linear(`${base}.layers.${i}`, widths[i] ?? 0, width));
}

function linear(base: string, width: number, widthOut: number): Shapes {
  return [
    [`${base}.weight`, [widthOut, width]],
    [`${base}.bias`, [widthOut]],
  ];
}

function convolution(base: string, channels: number, kernel: readonly number[]): Shapes {
  return [
    [`${base}.weight`, [channels, ...kernel]],
    [`${base}.bias`, [channels]],
  ];
}

function norm(base: string, width: number): Shapes {
  return [
    [`${base}.weight`, [width]],
    [`${base}.bias`, [width]],
  ];
}
