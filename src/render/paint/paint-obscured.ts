import { invariant } from '../../core/assert.ts';
import { paintRle } from '../../core/rle.ts';
import { paintFrame, withinObjects, type PaintContext, type Scene } from '../scene.ts';
import { blockMeans, sumBlocks, type BlockSums } from './block-sums.ts';
import { BLUR_DEVIATION_BLOCKS, blurBlocks } from './blur-blocks.ts';

/** What is made unrecognisable, and how. */
export interface ObscuredStyle {
  readonly kind: 'blur' | 'pixelate';
  readonly region: 'objects' | 'background';
  /** The blur's standard deviation, or the side of a block, in pixels of the frame. */
  readonly strengthPx: number;
}

const BACKGROUND = 0;
const OBJECT = 1;

/**
 * The frame with the objects, or all else, blurred or in blocks. Computed from the region's own
 * pixels alone: nothing of what is hidden stands out at its border, and nothing of the rest runs in.
 * The canvas's own blur is no choice, since some browsers draw nothing for it.
 */
export function paintObscured(context: PaintContext, scene: Scene, style: ObscuredStyle): void {
  const paintHidden = () => paintBlocks(context, obscure(scene, style), style.kind);
  paintFrame(context, scene);
  if (style.region === 'objects') {
    withinObjects(context, scene, paintHidden);
    return;
  }
  // Empty where no pixel of a block belongs to the background; the objects cover that.
  paintHidden();
  withinObjects(context, scene, () => paintFrame(context, scene));
}

function obscure(
  { rgba, size, masks }: Scene,
  { kind, region, strengthPx }: ObscuredStyle,
): BlockSums {
  invariant(rgba !== undefined, 'this look reads the frame’s pixels');
  const objects = new Uint8Array(size.width * size.height);
  for (const { mask } of masks) paintRle(objects, mask, OBJECT);
  const regionValue = region === 'objects' ? OBJECT : BACKGROUND;
  const source = { rgba, size, region: objects, regionValue };
  const sidePx = kind === 'blur' ? strengthPx / BLUR_DEVIATION_BLOCKS : strengthPx;
  const blocks = sumBlocks(source, Math.max(1, Math.round(sidePx)));
  return kind === 'blur' ? blurBlocks(blocks) : blocks;
}

/** Draws a block as a square, or runs blocks into each other. */
function paintBlocks(context: PaintContext, blocks: BlockSums, kind: ObscuredStyle['kind']): void {
  const { columns, rows, blockPx } = blocks;
  const small = new OffscreenCanvas(columns, rows);
  const smallContext = small.getContext('2d');
  invariant(smallContext !== null, 'no 2D context for an effect');
  smallContext.putImageData(new ImageData(blockMeans(blocks), columns, rows), 0, 0);
  context.save();
  context.imageSmoothingEnabled = kind === 'blur';
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, columns * blockPx, rows * blockPx);
  context.restore();
}
