import { existsSync, openAsBlob, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, openCheckpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import { decodeImage } from '../../helpers/decode-image.ts';
import { modelInput } from '../../helpers/model-input.ts';
import type { NanoTrack } from '../../helpers/nano-track.ts';
import { type Agreement, repeatSteps } from '../../helpers/track-steps.ts';
import { type NodeTrackerOptions, stepTarget, withNodeTracker } from './node-tracker.ts';

/** The folder under test; `NANO_TRACKS` names another one with files of the same form. */
const FOLDER = process.env['NANO_TRACKS'] ?? '../shared/goldens/nano_tracks';
const SAMPLES = '../shared/samples';
const MODEL = '../shared/models/sam2.1_hiera_nano';
/** `fill_hole_area` of the reference predictor. */
export const HOLE_AREA_PX = 8;

/** All of them, by file name; none where the reference's tracks are not on this machine. */
export function nanoTracks(): { readonly name: string; readonly track: NanoTrack }[] {
  if (!existsSync(FOLDER) || !existsSync(`${MODEL}.pt`)) return [];
  const files = readdirSync(FOLDER).filter((file) => /^(?!.*\.preprocess\.).*\.json$/.test(file));
  return files.map((file) => ({
    name: file.slice(0, -'.json'.length),
    track: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as NanoTrack,
  }));
}

/** The two files hold the same values; small clips take the half-precision one. */
export async function nanoCheckpoint(imageSize: number): Promise<Checkpoint> {
  const path = `${MODEL}.${imageSize <= 256 ? 'safetensors' : 'pt'}`;
  return await openCheckpoint(await openAsBlob(path));
}

/** A frame of the track as the image encoder takes it, `[1,3,S,S]`. */
export async function nanoTrackInput(track: NanoTrack, frame: number): Promise<Float32Array> {
  const { frames, relative_to: base } = track.origin;
  const path = join(base === 'samples' ? SAMPLES : FOLDER, frames[frame] ?? '');
  return modelInput(await decodeImage(path), track.image_size);
}

/** What a track is repeated with. */
export type NanoTrackOptions = Pick<NodeTrackerOptions, 'checkpoint' | 'model' | 'runtimeOver'>;

/** Does what was done to the reference, and compares every mask with its own. */
export async function repeatNanoTrack(
  track: NanoTrack,
  options: NanoTrackOptions,
): Promise<readonly Agreement[]> {
  const [height, width] = track.size;
  return await withNodeTracker(
    {
      ...options,
      imageSize: track.image_size,
      video: { width, height, frameCount: track.origin.frames.length },
      image: (frame) => nanoTrackInput(track, frame),
      holeAreaPx: HOLE_AREA_PX,
    },
    (tracker) =>
      repeatSteps(stepTarget(tracker, { width, height }), track.steps, { width, height }),
  );
}
