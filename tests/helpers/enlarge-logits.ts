import type { Size } from '../../src/core/geometry.ts';
import { bilinearTable } from '../../src/engine/kernels/mask-read/bilinear-table.ts';

/** Square low-resolution logits at the video's size, row-major, as the reference yields them. */
export function enlargeLogits(logits: Float32Array, video: Size): Float32Array {
  const side = Math.sqrt(logits.length);
  const [columns, rows] = [bilinearTable(side, video.width), bilinearTable(side, video.height)];
  const values = new Float32Array(video.width * video.height);
  for (let y = 0; y < video.height; y++) {
    const top = rows.lower[y] ?? 0;
    const bottom = Math.min(top + 1, side - 1);
    const down = rows.upperWeights[y] ?? 0;
    for (let x = 0; x < video.width; x++) {
      const left = columns.lower[x] ?? 0;
      const right = Math.min(left + 1, side - 1);
      const along = columns.upperWeights[x] ?? 0;
      const upper = mix(logits[top * side + left], logits[top * side + right], along);
      const lower = mix(logits[bottom * side + left], logits[bottom * side + right], along);
      values[y * video.width + x] = mix(upper, lower, down);
    }
  }
  return values;
}

function mix(a = 0, b = 0, weight: number): number {
  return a * (1 - weight) + b * weight;
}
