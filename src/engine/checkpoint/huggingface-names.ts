import { invalidCheckpoint, quoteName } from './checkpoint-errors.ts';
import { DTYPE_BYTES, type StoredTensor } from './tensor.ts';

/*
 * Names of Hugging Face's `Sam2VideoModel` and `Sam2Model` (transformers, Apache-2.0), turned back
 * into the official ones. Source: the inverse of `convert_sam2_video_to_hf.py: replace_keys`, which
 * loads its result strictly into the model; the image-only model uses a subset of the names.
 * The converter changes no layout and only merges one group of tensors: the four point embeddings.
 */

/** The image encoder, which both models have and whose name no official checkpoint uses. */
const SIGNATURE = 'vision_encoder.';
const POINT_EMBEDDINGS = 'prompt_encoder.point_embed.weight';
/** Negative and positive points, and the two corners of a box. */
const POINT_KINDS = 4;
/** The positional matrix of the prompt encoder, which the model holds a second time. */
const SHARED_MATRIX = 'shared_image_embedding.positional_embedding';
const PROMPT_MATRIX = 'prompt_encoder.shared_embedding.positional_embedding';

/** `Sam2VideoFeedForward` with three layers: `proj_in`, `layers.0`, `proj_out`. */
const THREE_LAYERS =
  /^((?:mask_decoder\.(?:iou_prediction_head|pred_obj_score_head|output_hypernetworks_mlps\.\d+)|object_pointer_proj)\.)(proj_in|layers\.0|proj_out)\./;
const THREE_LAYER_INDEX: Readonly<Record<string, string>> = {
  proj_in: 'layers.0',
  'layers.0': 'layers.1',
  proj_out: 'layers.2',
};

/** Each rule is tried in turn on what the former ones left; parts of modules first, modules last. */
const RULES: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[] = [
  [THREE_LAYERS, (_, head = '', layer = '') => `${head}${THREE_LAYER_INDEX[layer] ?? layer}.`],
  [/\.mlp\.proj_in\./, '.mlp.layers.0.'],
  [/\.mlp\.proj_out\./, '.mlp.layers.1.'],
  [/\.patch_embed\.projection\./, '.patch_embed.proj.'],
  [/^(vision_encoder\.neck\.convs\.\d+)\./, '$1.conv.'],
  [/\.mask_embed\.conv1\./, '.mask_downscaling.0.'],
  [/\.mask_embed\.layer_norm1\./, '.mask_downscaling.1.'],
  [/\.mask_embed\.conv2\./, '.mask_downscaling.3.'],
  [/\.mask_embed\.layer_norm2\./, '.mask_downscaling.4.'],
  [/\.mask_embed\.conv3\./, '.mask_downscaling.6.'],
  [/\.shared_embedding\.positional_embedding$/, '.pe_layer.positional_encoding_gaussian_matrix'],
  [/\.point_embed\./, '.point_embeddings.'],
  [/\.upscale_conv1\./, '.output_upscaling.0.'],
  [/\.upscale_layer_norm\./, '.output_upscaling.1.'],
  [/\.upscale_conv2\./, '.output_upscaling.3.'],
  [/\.mask_downsampler\.layers\.(\d+)\.conv\./, (_, layer) => maskDownsampler(layer, 0)],
  [/\.mask_downsampler\.layers\.(\d+)\.layer_norm\./, (_, layer) => maskDownsampler(layer, 1)],
  [/\.mask_downsampler\.final_conv\./, '.mask_downsampler.encoder.12.'],
  [/^memory_encoder\.feature_projection\./, 'memory_encoder.pix_feat_proj.'],
  [/^memory_encoder\.projection\./, 'memory_encoder.out_proj.'],
  [/\.memory_fuser\./, '.fuser.'],
  [/\.depthwise_conv\./, '.dwconv.'],
  [/\.pointwise_conv(\d)\./, '.pwconv$1.'],
  [/^(memory_encoder\.fuser\.layers\.\d+)\.scale$/, '$1.gamma'],
  [/\.layer_norm/, '.norm'],
  [/\.o_proj\./, '.out_proj.'],
  [/^vision_encoder\.backbone\./, 'image_encoder.trunk.'],
  [/^vision_encoder\./, 'image_encoder.'],
  [/^prompt_encoder\./, 'sam_prompt_encoder.'],
  [/^mask_decoder\./, 'sam_mask_decoder.'],
  [/^object_pointer_proj\./, 'obj_ptr_proj.'],
  [/^temporal_positional_encoding_projection_layer\./, 'obj_ptr_tpos_proj.'],
  [/^no_memory_embedding$/, 'no_mem_embed'],
  [/^no_memory_positional_encoding$/, 'no_mem_pos_enc'],
  [/^memory_temporal_positional_encoding$/, 'maskmem_tpos_enc'],
  [/^no_object_pointer$/, 'no_obj_ptr'],
  [/^occlusion_spatial_embedding_parameter$/, 'no_obj_embed_spatial'],
];

/** Whether the tensors bear the names of Hugging Face's models. */
export function hasHuggingFaceNames(names: Iterable<string>): boolean {
  for (const name of names) if (name.startsWith(SIGNATURE)) return true;
  return false;
}

/** The official name of one of Hugging Face's; a name that no rule knows stays as it is. */
export function toOfficialName(name: string): string {
  let official = name;
  for (const [pattern, replacement] of RULES) {
    official =
      typeof replacement === 'string'
        ? official.replace(pattern, replacement)
        : official.replace(pattern, replacement);
  }
  return official;
}

/**
 * The same tensors under official names, the merged point embeddings as one tensor for each row.
 * @throws StudioError `checkpoint-invalid` when two tensors would have one name
 */
export function toOfficialTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
): Map<string, StoredTensor> {
  const official = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (name === SHARED_MATRIX && tensors.has(PROMPT_MATRIX)) continue;
    for (const [officialName, part] of toOfficialEntries(name, tensor)) {
      if (official.has(officialName)) {
        throw invalidCheckpoint(`The checkpoint holds ${quoteName(officialName)} under two names.`);
      }
      official.set(officialName, part);
    }
  }
  return official;
}

function toOfficialEntries(name: string, tensor: StoredTensor): [string, StoredTensor][] {
  const [rows, width, ...rest] = tensor.shape;
  const isMerged = name === POINT_EMBEDDINGS && rows === POINT_KINDS && rest.length === 0;
  if (!isMerged || width === undefined) {
    return [[toOfficialName(name === SHARED_MATRIX ? PROMPT_MATRIX : name), tensor]];
  }
  return splitRows(tensor, rows, width).map((row, index) => {
    return [`sam_prompt_encoder.point_embeddings.${index}.weight`, row];
  });
}

/** `[rows, width]` as `rows` tensors `[1, width]`, in place. */
function splitRows(tensor: StoredTensor, rows: number, width: number): StoredTensor[] {
  const [rowStride = 0, stride = 1] = tensor.strides;
  const itemBytes = DTYPE_BYTES[tensor.dtype];
  const byteLength = width === 0 ? 0 : ((width - 1) * stride + 1) * itemBytes;
  return Array.from({ length: rows }, (_, row) => ({
    dtype: tensor.dtype,
    shape: [1, width],
    strides: [rowStride, stride],
    byteOffset: tensor.byteOffset + row * rowStride * itemBytes,
    byteLength,
    isContiguous: width <= 1 || stride === 1,
  }));
}

/** The official module is one list: convolution, norm and activation for each layer. */
function maskDownsampler(layer: string | undefined, part: number): string {
  return `.mask_downsampler.encoder.${Number(layer) * 3 + part}.`;
}
