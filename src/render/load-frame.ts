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
export type FramePort = Pick<PicturePort, 'framePicture' | 'framePixels'> &
  Pick<MediaPort, 'masksOfFrames'>;

interface LoadOptions {
  /** Pixels cost the decode worker a conversion, the picture alone a copy. */
  readonly withPixels: boolean;
}

/** Every frame from one to another, both inclusive. */
export function* framesBetween(first: FrameIndex, last: FrameIndex): Generator<FrameIndex, void> {
  for (let index = first as number; index <= last; index++) yield frameIndex(index);
}

/**
 * The frames with their masks, each disposed when the next is asked for. The decode worker makes one
 * while the one before is worked on; it is never asked for more than that.
 * @param frames cheapest in ascending order
 */
export async function* loadFrames(
  media: FramePort,
  frames: Iterable<FrameIndex>,
  { withPixels }: LoadOptions,
): AsyncGenerator<LoadedFrame, void> {
  const wanted = frames[Symbol.iterator]();
  const load = () => {
    const next = wanted.next();
    if (next.done === true) return undefined;
    const loading = loadFrame(media, next.value, withPixels);
    // Told when it is awaited, unless the range ends before.
    loading.catch(() => undefined);
    return loading;
  };
  let ahead = load();
  try {
    while (ahead !== undefined) {
      using loaded = await ahead;
      ahead = load();
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
