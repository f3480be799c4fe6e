import { describe, expect, test } from 'vitest';
import { rleArea } from '../../../../../src/core/rle.ts';
import { CpuMaskReader } from '../../../../../src/engine/kernels/mask-read/cpu-mask-reader.ts';
import { buildDisc, buildNoise } from '../../../../helpers/logit-images.ts';

const logitSize = { width: 32, height: 32 };
const scores = { iouScores: Float32Array.of(0.875), objectScoreLogits: Float32Array.of(-2.5) };

describe('CpuMaskReader', () => {
  test('reads masks at the video’s size with both scores, in order', async () => {
    using reader = new CpuMaskReader({ logitSize });
    const { logits } = buildDisc(logitSize);
    const video = { width: 100, height: 60 };
    const other = {
      logits: buildNoise(logitSize, 1, 0.5).logits,
      iouScores: Float32Array.of(0.25),
      objectScoreLogits: Float32Array.of(4),
    };
    const readings = await reader.read([{ logits, ...scores }, other], video);
    expect(readings).toMatchObject([
      { predictedIou: 0.875, objectScoreLogit: -2.5, mask: video },
      { predictedIou: 0.25, objectScoreLogit: 4, mask: video },
    ]);
    const [disc = 0, noise = 0] = readings.map(({ mask }) => rleArea(mask) / 6000);
    expect(disc).toBeCloseTo(Math.PI / 9, 1);
    expect(noise).toBeCloseTo(0.5, 1);
    expect(await reader.read([], video)).toEqual([]);
    expect(reader.bytesRead).toBe(0);
  });

  test('serves videos of changing sizes', async () => {
    using reader = new CpuMaskReader({ logitSize });
    const { logits } = buildDisc(logitSize);
    for (const video of [
      { width: 50, height: 40 },
      { width: 40, height: 50 },
      { width: 50, height: 40 },
    ]) {
      using fresh = new CpuMaskReader({ logitSize });
      const sources = [{ logits, ...scores }];
      expect(await reader.read(sources, video)).toEqual(await fresh.read(sources, video));
    }
  });

  test('rejects once it is disposed', async () => {
    const reader = new CpuMaskReader({ logitSize });
    reader[Symbol.dispose]();
    const { logits } = buildDisc(logitSize);
    await expect(reader.read([{ logits, ...scores }], logitSize)).rejects.toMatchObject({
      code: 'session-disposed',
    });
  });

  test('refuses scores that are not one number', async () => {
    using reader = new CpuMaskReader({ logitSize });
    const { logits } = buildDisc(logitSize);
    const source = { logits, ...scores, iouScores: new Float32Array(3) };
    await expect(reader.read([source], logitSize)).rejects.toThrow('one number');
  });
});
