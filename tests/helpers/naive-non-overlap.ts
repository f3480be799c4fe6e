import type { Size } from '../../src/core/geometry.ts';
import { encodeRle, type MaskRle } from '../../src/core/rle.ts';
import { bilinearTable } from '../../src/engine/kernels/mask-read/bilinear-table.ts';

/**
 * `_apply_non_overlapping_constraints` as the reference writes it, on whole planes: each object's
 * logits at the video's size, `argmax` over the objects, the others clamped to −10, then > 0.
 */
export function nonOverlapByFormula(
  objects: readonly Float32Array[],
  size: Size,
  video: Size,
): MaskRle[] {
  const planes = objects.map((logits) => enlarge(logits, size, video));
  const owners = Uint8Array.from({ length: video.width * video.height }, (_, pixel) => {
    let owner = 0;
    for (const [i, plane] of planes.entries()) {
      if ((plane[pixel] ?? NaN) > (planes[owner]?.[pixel] ?? NaN)) owner = i;
    }
    return owner;
  });
  return planes.map((plane, i) => {
    const suppressed = plane.map((logit, pixel) =>
      owners[pixel] === i ? logit : Math.min(logit, -10),
    );
    return encodeRle({ ...video, data: Uint8Array.from(suppressed, (logit) => +(logit > 0)) });
  });
}

/** Bilinear in float32, rows of logits blended along first, as PyTorch does it. */
function enlarge(logits: Float32Array, size: Size, video: Size): Float32Array {
  const columns = bilinearTable(size.width, video.width);
  const rows = bilinearTable(size.height, video.height);
  const plane = new Float32Array(video.width * video.height);
  for (let y = 0; y < video.height; y++) {
    const top = rows.lower[y] ?? 0;
    const bottom = Math.min(top + 1, size.height - 1);
    for (let x = 0; x < video.width; x++) {
      const left = columns.lower[x] ?? 0;
      const right = Math.min(left + 1, size.width - 1);
      const along = (row: number) =>
        mix(
          logits[row * size.width + left],
          logits[row * size.width + right],
          columns.upperWeights[x],
        );
      plane[y * video.width + x] = mix(along(top), along(bottom), rows.upperWeights[y]);
    }
  }
  return plane;
}

function mix(lower = NaN, upper = NaN, weight = NaN): number {
  return Math.fround(Math.fround(Math.fround(1 - weight) * lower) + Math.fround(weight * upper));
}
