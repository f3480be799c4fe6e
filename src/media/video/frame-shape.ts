import type { InputVideoTrack } from 'mediabunny';
import type { FrameColour } from '../../core/frame/stored-picture.ts';
import type { FrameShape } from '../decoded-frame.ts';

/** What does not change from picture to picture. */
export type TrackShape = Pick<FrameShape, 'upright' | 'orientation'>;

/** How the track's frames are shown: upright, in square pixels, as players show them. */
export async function trackShape(track: InputVideoTrack): Promise<TrackShape> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  return {
    upright: { width: Math.round(width), height: Math.round(height) },
    orientation: { rotation: await track.getRotation(), isMirrored: await track.getFlip() },
  };
}

/**
 * What a stream says of its colour: what the decoder found in it, else what its container says.
 * One that names no matrix is taken as BT.601 whatever its size, as ffmpeg, OpenCV and decord take
 * it: the frames that datasets and the reference predictor are made from went through those.
 * Browsers guess BT.709, and their decoders then report the guess, so `picture` counts only where
 * `track` names a matrix.
 */
export function frameColour(track: VideoColorSpaceInit, picture?: VideoColorSpace): FrameColour {
  const isNamed = (track.matrix ?? undefined) !== undefined;
  return {
    matrix: isNamed ? matrixOf(picture?.matrix ?? track.matrix ?? undefined) : 'bt601',
    isFullRange: picture?.fullRange ?? track.fullRange ?? false,
  };
}

function matrixOf(name: string | undefined): FrameColour['matrix'] {
  if (name === 'bt709') return 'bt709';
  return name === 'bt2020-ncl' ? 'bt2020' : 'bt601';
}
