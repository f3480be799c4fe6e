import { existsSync, openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';

const SHARED = new URL('../../../../../shared/', import.meta.url);
const PT = new URL('models/sam2.1_hiera_nano.pt', SHARED);
const SAFETENSORS = new URL('models/sam2.1_hiera_nano.safetensors', SHARED);
const STATE_DICT = new URL('goldens/sam2/state_dict.nano.json', SHARED);

const hasShared = [PT, SAFETENSORS, STATE_DICT].every((url) => existsSync(url));
if (!hasShared) console.warn('skipped: ../shared is absent, the real checkpoints are not read');

test.skipIf(!hasShared)(
  'the real .pt and .safetensors have the reference’s tensors and equal weights',
  async () => {
    // The golden is a table of shapes by name.
    const shapes = JSON.parse(await readFile(STATE_DICT, 'utf8')) as Record<string, number[]>;
    const [single, half] = await Promise.all(
      [PT, SAFETENSORS].map(async (url) => openCheckpoint(await openAsBlob(url))),
    );
    for (const [checkpoint, dtype] of [
      [single, 'float32'],
      [half, 'float16'],
    ] as const) {
      expect(checkpoint?.naming).toBe('official');
      const read = Array.from(checkpoint?.tensors ?? [], ([name, tensor]) => {
        expect(tensor).toMatchObject({ dtype, isContiguous: true });
        return [name, tensor.shape] as const;
      });
      expect(Object.fromEntries(read)).toEqual(shapes);
    }
    for (const name of Object.keys(shapes)) {
      const values = await single?.readFloat32(name);
      const halves = await half?.readFloat32(name);
      expect(values?.every((value, i) => Object.is(value, halves?.[i]))).toBe(true);
    }
  },
);
