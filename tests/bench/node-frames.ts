import type { ModelSize } from '../../src/engine/sam2/model-config.ts';
import { withNodeSession } from '../parity/tracks/node-session.ts';
import { benchCheckpoint } from './bench-models.ts';
import { SceneFrames, type FrameTimes } from './scene-frames.ts';

interface NodeFramesOptions {
  readonly size: ModelSize;
  readonly imageSize: number;
  readonly threads: number;
  readonly frameCount: number;
}

/** Lends a tracker over onnxruntime-node's CPU kernels, which ends with `use`. */
export async function withNodeFrames(
  { size, imageSize, threads, frameCount }: NodeFramesOptions,
  use: (track: (frames: number) => Promise<FrameTimes>) => Promise<void>,
): Promise<void> {
  const frames = new SceneFrames();
  await withNodeSession(
    {
      checkpoint: benchCheckpoint(size),
      imageSize,
      video: { ...frames.scene.size, frameCount },
      media: frames.media,
      threads,
    },
    async (session) => {
      await frames.begin(session, { kind: 'resized', side: imageSize });
      await use((count) => frames.track(session, count));
    },
  );
}
