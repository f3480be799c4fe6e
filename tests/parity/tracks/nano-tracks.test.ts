import { existsSync, openAsBlob, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import { decodeImage } from '../../helpers/decode-image.ts';
import { modelInput } from '../../helpers/model-input.ts';
import { repeatSteps, shortfalls, worstOf, type TrackStep } from '../../helpers/track-steps.ts';
import { stepTarget, withNodeTracker } from './node-tracker.ts';

/** The folder under test; `NANO_TRACKS` names another one with files of the same form. */
const FOLDER = process.env['NANO_TRACKS'] ?? '../shared/goldens/nano_tracks';
const SAMPLES = '../shared/samples';
const MODEL = '../shared/models/sam2.1_hiera_nano';
/** `fill_hole_area` of the reference predictor. */
const HOLE_AREA_PX = 8;
const LEAST_IOU = 0.99;

interface NanoTrack {
  readonly clip: string;
  readonly origin: {
    readonly frames: readonly string[];
    /** Whether frame paths start at the samples or at this file's folder. */
    readonly relative_to: 'samples' | 'this file';
  };
  /** Height, width. */
  readonly size: readonly [number, number];
  readonly image_size: number;
  readonly steps: readonly TrackStep[];
}

const tracks = trackFiles().map((file) => ({
  name: file.slice(0, -'.json'.length),
  track: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as NanoTrack,
}));
if (tracks.length === 0) {
  test('nano tracks', (context) => context.skip('the reference’s tracks are not on this machine'));
}

describe.each(tracks)('$name', ({ name, track }) => {
  test('tracks as the reference does', async () => {
    const [height, width] = track.size;
    const { frames, relative_to: base } = track.origin;
    const agreements = await withNodeTracker(
      {
        checkpoint: await nanoCheckpoint(track.image_size),
        imageSize: track.image_size,
        video: { width, height, frameCount: frames.length },
        image: async (frame) => {
          const path = join(base === 'samples' ? SAMPLES : FOLDER, frames[frame] ?? '');
          return modelInput(await decodeImage(path), track.image_size);
        },
        holeAreaPx: HOLE_AREA_PX,
      },
      (tracker) =>
        repeatSteps(stepTarget(tracker, { width, height }), track.steps, { width, height }),
    );
    const worst = worstOf(agreements);
    process.stdout.write(
      `${name}: ${agreements.length} masks, least IoU ${worst.iou.toFixed(5)} at ${worst.where}\n`,
    );
    expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
  });
});

function trackFiles(): string[] {
  if (!existsSync(FOLDER) || !existsSync(`${MODEL}.pt`)) return [];
  return readdirSync(FOLDER).filter((file) => /^(?!.*\.preprocess\.).*\.json$/.test(file));
}

/** The two files hold the same values; small clips take the half-precision one. */
async function nanoCheckpoint(imageSize: number) {
  const path = `${MODEL}.${imageSize <= 256 ? 'safetensors' : 'pt'}`;
  return await openCheckpoint(await openAsBlob(path));
}
