import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { toOfficialName } from '../../../../src/engine/checkpoint/huggingface-names.ts';
import { concat, u64 } from './archive-builder.ts';

const NAMES_FILE = new URL('../../../fixtures/checkpoints/huggingface-names.json', import.meta.url);
/** Hugging Face's name for each official one of SAM 2.1 tiny, as its converter gives them. */
const names = Object.entries(
  // The fixture is a table of strings.
  JSON.parse(await readFile(NAMES_FILE, 'utf8')) as Record<string, string>,
);
const POINT_EMBEDDING = /^prompt_encoder\.point_embed\.\d\.weight$/;
const SHARED_MATRIX = 'shared_image_embedding.positional_embedding';
const OFFICIAL_MATRIX = 'sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix';

/** A safetensors file of float32 tensors. */
function safetensors(tensors: Readonly<Record<string, readonly number[][]>>): Blob {
  const header: Record<string, unknown> = {};
  const data: Uint8Array[] = [];
  let at = 0;
  for (const [name, rows] of Object.entries(tensors)) {
    const bytes = new Uint8Array(Float32Array.from(rows.flat()).buffer);
    const shape = [rows.length, rows[0]?.length ?? 0];
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + bytes.length] };
    data.push(bytes);
    at += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  return new Blob([concat([u64(json.length), json, ...data])]);
}

test('every name of SAM 2.1 turns into the official one', () => {
  expect(names.length).toBe(471);
  const wrong = names.filter(
    ([name, official]) => !POINT_EMBEDDING.test(name) && toOfficialName(name) !== official,
  );
  expect(wrong).toEqual([]);
});

test('blocks, layers and convolutions keep their numbers', () => {
  expect(toOfficialName('vision_encoder.backbone.blocks.47.mlp.proj_out.bias')).toBe(
    'image_encoder.trunk.blocks.47.mlp.layers.1.bias',
  );
  expect(toOfficialName('mask_decoder.output_hypernetworks_mlps.3.layers.0.weight')).toBe(
    'sam_mask_decoder.output_hypernetworks_mlps.3.layers.1.weight',
  );
  expect(toOfficialName('memory_encoder.mask_downsampler.layers.3.layer_norm.weight')).toBe(
    'memory_encoder.mask_downsampler.encoder.10.weight',
  );
});

test('official names are left as they are', () => {
  const officialNames = names.map(([, official]) => official);
  expect(officialNames.map(toOfficialName)).toEqual(officialNames);
});

test('a file in Hugging Face’s names opens under the official ones, each with its own values', async () => {
  const written: Record<string, number[][]> = { [SHARED_MATRIX]: [[1, 2]] };
  const expected = new Map<string, number>();
  for (const [index, [name, official]] of names.entries()) {
    if (!POINT_EMBEDDING.test(name)) written[name] = [[index, -index]];
    expected.set(official, index);
  }
  const points = names.filter(([name]) => POINT_EMBEDDING.test(name));
  written['prompt_encoder.point_embed.weight'] = points.map(([, official]) => {
    const index = expected.get(official) ?? 0;
    return [index, -index];
  });

  const checkpoint = await openCheckpoint(safetensors(written));
  expect(checkpoint.naming).toBe('huggingface');
  expect([...checkpoint.tensors.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [official, index] of expected) {
    expect(checkpoint.tensors.get(official)).toMatchObject({ shape: [1, 2], isContiguous: true });
    expect(await checkpoint.readFloat32(official)).toEqual(Float32Array.of(index, -index));
  }
});

test('the positional matrix is taken from where it is when it was saved once', async () => {
  const checkpoint = await openCheckpoint(
    safetensors({ 'vision_encoder.backbone.pos_embed': [[0]], [SHARED_MATRIX]: [[5, 6]] }),
  );
  expect(await checkpoint.readFloat32(OFFICIAL_MATRIX)).toEqual(Float32Array.of(5, 6));
});

test('official files are reported as such', async () => {
  const checkpoint = await openCheckpoint(safetensors({ 'image_encoder.trunk.pos_embed': [[0]] }));
  expect(checkpoint.naming).toBe('official');
});

test('two tensors that would have one name are refused', async () => {
  const opening = openCheckpoint(
    safetensors({
      'vision_encoder.backbone.pos_embed': [[0]],
      'mask_decoder.iou_token.weight': [[1]],
      'sam_mask_decoder.iou_token.weight': [[2]],
    }),
  );
  await expect(opening).rejects.toMatchObject({
    code: 'checkpoint-invalid',
    message: expect.stringContaining('"sam_mask_decoder.iou_token.weight"') as string,
  });
});

test('point embeddings of another shape are not cut up', async () => {
  const { tensors } = await openCheckpoint(
    safetensors({
      'vision_encoder.backbone.pos_embed': [[0]],
      'prompt_encoder.point_embed.weight': [[1], [2]],
    }),
  );
  expect(tensors.get('sam_prompt_encoder.point_embeddings.weight')?.shape).toEqual([2, 1]);
});
