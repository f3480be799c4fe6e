import { describe, expect, test } from 'vitest';
import { rleArea } from '../../../../../src/core/rle.ts';
import { CpuMaskReader } from '../../../../../src/engine/kernels/mask-read/cpu-mask-reader.ts';
import { buildDisc } from '../../../../helpers/logit-images.ts';

const logitSize = { width: 32, height: 32 };
const scores = { iouScores: Float32Array.of(0.875), objectScoreLogits: Float32Array.of(-2.5) };

describe('CpuMaskReader', () => {
  test('reads the mask at the video’s size with both scores', async () => {
    using reader = new CpuMaskReader({ logitSize });
    const { logits } = buildDisc(logitSize);
    const reading = await reader.read({ logits, ...scores }, { width: 100, height: 60 });
    expect(reading).toMatchObject({ predictedIou: 0.875, objectScoreLogit: -2.5 });
    expect(reading.mask).toMatchObject({ width: 100, height: 60 });
    expect(rleArea(reading.mask) / 6000).toBeCloseTo(Math.PI / 9, 1);
    expect(reader.bytesRead).toBe(0);
  });

  test('fills holes before it resizes, unless told not to', async () => {
    const logits = new Float32Array(32 * 32).fill(4);
    logits[10 * 32 + 10] = -4;
    using filling = new CpuMaskReader({ logitSize });
    using plain = new CpuMaskReader({ logitSize, holeAreaPx: 0 });
    const video = { width: 64, height: 64 };
    const [filled, pierced] = await Promise.all(
      [filling, plain].map((reader) => reader.read({ logits, ...scores }, video)),
    );
    expect(filled && [...filled.mask.counts]).toEqual([0, 64 * 64]);
    expect(pierced && rleArea(pierced.mask)).toBeLessThan(64 * 64);
    expect(logits[10 * 32 + 10]).toBe(-4);
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
      expect(await reader.read({ logits, ...scores }, video)).toEqual(
        await fresh.read({ logits, ...scores }, video),
      );
    }
  });

  test('rejects once it is disposed', async () => {
    const reader = new CpuMaskReader({ logitSize });
    reader[Symbol.dispose]();
    const { logits } = buildDisc(logitSize);
    await expect(reader.read({ logits, ...scores }, logitSize)).rejects.toMatchObject({
      code: 'session-disposed',
    });
  });

  test('refuses scores that are not one number', async () => {
    using reader = new CpuMaskReader({ logitSize });
    const { logits } = buildDisc(logitSize);
    const source = { logits, ...scores, iouScores: new Float32Array(3) };
    await expect(reader.read(source, logitSize)).rejects.toThrow('one number');
  });
});
