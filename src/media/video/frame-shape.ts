import type { InputVideoTrack } from 'mediabunny';
import type { FrameColour, FrameShape } from '../decoded-frame.ts';

/** How the track's frames are shown: upright, in square pixels, as players show them. */
export async function frameShapeOf(track: InputVideoTrack): Promise<FrameShape> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  return {
    upright: { width: Math.round(width), height: Math.round(height) },
    orientation: { rotation: await track.getRotation(), isMirrored: await track.getFlip() },
    colour: frameColour(await track.getColorSpace()),
  };
}

/**
 * What a stream says of its colour. One that names no matrix is taken as BT.601 of limited range
 * whatever its size, as ffmpeg, OpenCV and decord take it: the frames that datasets and the
 * reference predictor are made from went through those. Browsers guess BT.709.
 */
export function frameColour(space: VideoColorSpaceInit): FrameColour {
  return { matrix: matrixOf(space.matrix ?? undefined), isFullRange: space.fullRange ?? false };
}

function matrixOf(name: string | undefined): FrameColour['matrix'] {
  if (name === 'bt709') return 'bt709';
  return name === 'bt2020-ncl' ? 'bt2020' : 'bt601';
}
