import { describe, expect, it } from 'vitest';
import { encodeRle, type BinaryMask } from '../../../../../src/core/rle.ts';
import {
  maskPromptToModel,
  resizeAntialiased,
} from '../../../../../src/engine/sam2/tracker/mask-prompt.ts';
import golden from '../../../../fixtures/sam2/mask-resize.json' with { type: 'json' };

function maskOfRows(rows: readonly string[]): BinaryMask {
  const width = rows[0]?.length ?? 0;
  return { width, height: rows.length, data: Uint8Array.from(rows.join(''), Number) };
}

describe('resizing a mask prompt', () => {
  it.each(golden.cases)('is PyTorch’s to the bit: $width × $height to $size', (example) => {
    const mask = maskOfRows(example.rows);
    const size = { width: example.size, height: example.size };
    expect(resizeAntialiased(mask, size)).toEqual(Float32Array.from(example.coverage));
    const threshold = example.coverage.map((value) => (value >= 0.5 ? 1 : 0));
    expect([...maskPromptToModel(encodeRle(mask), example.size).data]).toEqual(threshold);
  });

  it('leaves a mask of the model’s size alone', () => {
    const mask = {
      width: 4,
      height: 4,
      data: Uint8Array.from({ length: 16 }, (_, i) => (i % 3) & 1),
    };
    expect(maskPromptToModel(encodeRle(mask), 4).data).toEqual(mask.data);
  });

  it('keeps full and empty masks what they are', () => {
    for (const value of [0, 1]) {
      const mask = { width: 50, height: 31, data: new Uint8Array(50 * 31).fill(value) };
      const resized = maskPromptToModel(encodeRle(mask), 32);
      expect(new Set(resized.data)).toEqual(new Set([value]));
    }
  });
});
