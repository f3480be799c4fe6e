import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ensure-installed.mjs';

const BUNDLED = join(ROOT, 'public/models/sam2.1_hiera_nano.safetensors');

/**
 * `npm run bench -- --half [--checkpoint FILE] [--size 256]`: what storing weights and results as float16
 * does to each block of a checkpoint's networks, and to tracks, against float32 on the CPU. With `--model
 * tiny` instead: what the image encoder's feed-forward networks in float16 do, as the studio builds them,
 * on weights made from names.
 * @param {import('vite').ViteDevServer} server
 * @param {(name: string) => string | undefined} option
 */
export async function benchHalf(server, option) {
  const size = Number(option('size') ?? 256);
  const named = option('model');
  if (named !== undefined) {
    await benchEncoder(server, named, size);
    return;
  }
  /** @type {typeof import('../tests/bench/half-bench.ts')} */
  const { measureHalf } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/half-bench.ts')
  );
  const file = await openAsBlob(option('checkpoint') ?? BUNDLED);
  const { model, blocks, tracks } = await measureHalf(file, size);
  console.log(`## ${model}, float16 storage against float32, sums in float32\n`);
  printTable(
    ['network', 'block', 'worst error', 'rms error'],
    blocks.map(({ network, block, worst, rms }) => [network, block, share(worst), share(rms)]),
  );
  console.log('\nMasks of three discs over 24 frames, with those of float32:\n');
  printTable(
    ['in float16', 'least IoU', 'mean IoU'],
    tracks.map(({ half, leastIou, meanIou }) => [half, leastIou.toFixed(4), meanIou.toFixed(4)]),
  );
}

/** @param {import('vite').ViteDevServer} server @param {string} name @param {number} imageSize */
async function benchEncoder(server, name, imageSize) {
  /** @type {typeof import('../tests/bench/half-networks-bench.ts')} */
  const { measureEncoder } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/half-networks-bench.ts')
  );
  /** @type {typeof import('../tests/bench/bench-models.ts')} */
  const { benchCheckpoint } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/bench-models.ts')
  );
  const checkpoint = benchCheckpoint(/** @type {any} */ (name));
  console.log(`## ${name} at ${imageSize}, rms error of the image encoder's features\n`);
  const deviations = await measureEncoder(checkpoint, imageSize);
  printTable(
    ['16 bits', 'stride 4', 'stride 8', 'stride 16'],
    deviations.map(({ way, stride4, stride8, stride16 }) => [
      way,
      ...[stride4, stride8, stride16].map(share),
    ]),
  );
}

/** @param {number} error */
function share(error) {
  return Number.isFinite(error) ? error.toExponential(1) : 'not finite';
}

/** @param {string[]} head @param {string[][]} rows */
function printTable(head, rows) {
  for (const cells of [head, head.map(() => '---'), ...rows]) {
    console.log(`| ${cells.join(' | ')} |`);
  }
}
