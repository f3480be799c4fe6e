import { ModelFrameMaker, type FrameForm, type ModelFrame } from '../core/frame/model-frame.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { MediaPort, PicturePort } from '../protocol/media-api.ts';
import type { DecodedFrame } from './decoded-frame.ts';
import { uprightPicture } from './frame-drawing.ts';
import type { MediaBoundary } from './media-boundary.ts';
import { squarePicture, uprightPixels } from './upright-pixels.ts';

type ServedFrames = Pick<MediaPort, 'modelFrame'> &
  Pick<PicturePort, 'framePixels' | 'framePicture'>;

/**
 * Frames for one worker beside the decode worker, handed over in memory of their own.
 * @param frameOf what is decoded; stays as it is
 */
export function serveFrames(
  boundary: MediaBoundary,
  frameOf: (frame: FrameIndex) => Promise<DecodedFrame>,
): ServedFrames {
  const maker = new ModelFrameMaker();
  return {
    modelFrame: async (frame, form) => {
      const made = ownModelFrame(maker, await frameOf(frame), form);
      return boundary.transfer(made, [bufferOf(made)]);
    },
    framePixels: async (frame) => {
      const pixels = uprightPixels(await frameOf(frame), frame);
      return boundary.transfer(pixels, [pixels.rgba.buffer]);
    },
    framePicture: async (frame) => {
      const picture = uprightPicture(await frameOf(frame));
      return boundary.transfer(picture, [picture]);
    },
  };
}

/** Shares no memory with the frame, which may be in the cache. */
function ownModelFrame(maker: ModelFrameMaker, frame: DecodedFrame, form: FrameForm): ModelFrame {
  const made = maker.make(squarePicture(frame), form);
  if (made.kind === 'resized') return made;
  const { picture } = made;
  return { kind: 'planes', picture: { ...picture, data: picture.data.slice() } };
}

function bufferOf(frame: ModelFrame): ArrayBuffer {
  return frame.kind === 'planes' ? frame.picture.data.buffer : frame.rgb.buffer;
}
