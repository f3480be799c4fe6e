import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frameIndex } from '../../src/core/ids.ts';
import { BenchmarkScene } from '../../src/engine/benchmark/benchmark-scene.ts';
import { modelConfig, type ModelSize } from '../../src/engine/sam2/model-config.ts';
import { expectedTensors } from '../../src/engine/sam2/state-dict.ts';
import { safetensorsBlob } from '../helpers/deterministic-weights.ts';

/** What the reference is to track. */
export interface TorchJob {
  readonly size: ModelSize;
  readonly imageSize: number;
  readonly threads: number;
  readonly frameCount: number;
  /** Folder of facebookresearch/sam2. */
  readonly source: string;
}

/** Writes the files that `torch_frames.py` reads: the weights, the scene's pictures, and what to do. */
export async function writeTorchJob(folder: string, job: TorchJob): Promise<void> {
  const { size, imageSize, threads, frameCount, source } = job;
  const model = modelConfig(size, '2.1');
  const weights = safetensorsBlob(Object.fromEntries(expectedTensors(model)));
  await writeFile(join(folder, 'weights.safetensors'), weights.stream());
  const scene = new BenchmarkScene();
  const pictures = new Map<Uint8ClampedArray, number>();
  const order: number[] = [];
  const frames = createWriteStream(join(folder, 'frames.rgb'));
  for (let at = 0; at < frameCount; at++) {
    const { rgba } = scene.framePixels(frameIndex(at));
    const known = pictures.get(rgba) ?? pictures.size;
    if (!pictures.has(rgba)) frames.write(withoutAlpha(rgba));
    pictures.set(rgba, known);
    order.push(known);
  }
  await new Promise((resolve) => frames.end(resolve));
  const { x, y } = scene.centreOf(1, frameIndex(0));
  const text = { source, threads, imageSize, model, order, ...scene.size, click: [x, y] };
  await writeFile(join(folder, 'job.json'), JSON.stringify(text));
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let at = 0; at < rgb.length / 3; at++) rgb.set(rgba.subarray(at * 4, at * 4 + 3), at * 3);
  return rgb;
}
