import { invariant } from '../core/assert.ts';
import { isPixelFormat, type PixelFormat } from '../core/frame/pixel-format.ts';
import type { DecodedFrame, FrameShape } from './decoded-frame.ts';

/**
 * Copies a decoder's frame; the caller still closes `frame`. Formats that WebCodecs does not name
 * are converted by the browser.
 */
export async function copyVideoFrame(frame: VideoFrame, shape: FrameShape): Promise<DecodedFrame> {
  const native: string | null = frame.format;
  const isNamed = native !== null && isPixelFormat(native);
  const format: PixelFormat = isNamed ? native : 'RGBA';
  const options: VideoFrameCopyToOptions = isNamed ? {} : { format: 'RGBA' };
  const visible = frame.visibleRect;
  invariant(visible !== null, 'a decoded frame is closed already');
  const data = new Uint8Array(frame.allocationSize(options));
  const planes = await frame.copyTo(data, options);
  const stored = { width: visible.width, height: visible.height };
  return { ...shape, format, stored, data, planes };
}
