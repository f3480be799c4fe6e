import { frameIndex, type FrameIndex } from '../core/ids.ts';
import type { FrameMask, MediaPort, PicturePort } from '../protocol/media-api.ts';

/** A frame to be painted; disposing it closes its picture. */
export interface LoadedFrame extends Disposable {
  readonly frame: FrameIndex;
  readonly image: VideoFrame;
  /** RGBA; where it was asked for. */
  readonly rgba?: Uint8ClampedArray<ArrayBuffer>;
  /** By object id. */
  readonly masks: readonly FrameMask[];
}

/** What frames and masks are fetched from. */
export type FramePort = PicturePort & Pick<MediaPort, 'framePixels' | 'masksOfFrames'>;

interface FrameRange {
  readonly first: FrameIndex;
  /** Inclusive. */
  readonly last: FrameIndex;
  /** Pixels cost the decode worker a conversion, the picture alone a copy. */
  readonly withPixels: boolean;
}

/**
 * The frames of a range with their masks, each disposed when the next is asked for. The decode
 * worker makes one while the one before is worked on; it is never asked for more than that.
 */
export async function* loadFrames(
  media: FramePort,
  { first, last, withPixels }: FrameRange,
): AsyncGenerator<LoadedFrame, void> {
  const load = (index: number) => {
    if (index > last) return undefined;
    const loading = loadFrame(media, frameIndex(index), withPixels);
    // Told when it is awaited, unless the range ends before.
    loading.catch(() => undefined);
    return loading;
  };
  let ahead = load(first);
  try {
    for (let index = first + 1; ahead !== undefined; index++) {
      using loaded = await ahead;
      ahead = load(index);
      yield loaded;
    }
  } finally {
    ahead?.then((unused) => unused[Symbol.dispose]()).catch(() => undefined);
  }
}

async function loadFrame(
  media: FramePort,
  frame: FrameIndex,
  withPixels: boolean,
): Promise<LoadedFrame> {
  const masks = await media.masksOfFrames(frame, frameIndex(frame + 1));
  if (!withPixels) {
    const image = await media.framePicture(frame);
    return { frame, image, masks, [Symbol.dispose]: () => image.close() };
  }
  const { rgba, width, height } = await media.framePixels(frame);
  const init = { format: 'RGBX', codedWidth: width, codedHeight: height, timestamp: 0 } as const;
  const image = new VideoFrame(rgba, init);
  return { frame, image, rgba, masks, [Symbol.dispose]: () => image.close() };
}
