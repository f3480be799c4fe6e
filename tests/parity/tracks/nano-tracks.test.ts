import { describe, expect, test } from 'vitest';
import { shortfalls, worstOf } from '../../helpers/track-steps.ts';
import { nanoCheckpoint, nanoTracks, repeatNanoTrack } from './nano-track-files.ts';

const LEAST_IOU = 0.99;

const tracks = nanoTracks();
if (tracks.length === 0) {
  test('nano tracks', (context) => context.skip('the reference’s tracks are not on this machine'));
}

describe.each(tracks)('$name', ({ name, track }) => {
  test('tracks as the reference does', async () => {
    const checkpoint = await nanoCheckpoint(track.image_size);
    const agreements = await repeatNanoTrack(track, { checkpoint });
    const worst = worstOf(agreements);
    process.stdout.write(
      `${name}: ${agreements.length} masks, least IoU ${worst.iou.toFixed(5)} at ${worst.where}\n`,
    );
    expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
  });
});
