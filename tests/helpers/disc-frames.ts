import { frameIndex } from '../../src/core/ids.ts';
import type { DiscClip } from './disc-clip.ts';

/** A drawn clip as PNG files, which the studio opens like any folder of frames. */
export async function discFrames(clip: DiscClip, frameCount: number): Promise<File[]> {
  return Promise.all(
    Array.from({ length: frameCount }, async (_, frame) => {
      const { rgba, width, height } = clip.picture(frameIndex(frame));
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
      return new File([await canvas.convertToBlob()], `${frame}.png`);
    }),
  );
}
