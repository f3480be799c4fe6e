import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MatchRow } from '../../../../src/core/frame-match.ts';
import { relateSizes } from '../../../../src/core/relate-sizes.ts';
import type { ClipFrames } from '../../../../src/formats/ground-truth/clip-frames.ts';
import { findGroundTruth } from '../../../../src/formats/ground-truth/find-ground-truth.ts';
import { firstFrameFrom, nearestFrame } from '../../../../src/formats/ground-truth/frame-times.ts';
import {
  matchFrames,
  type MatchOptions,
} from '../../../../src/formats/ground-truth/match-frames.ts';
import { memoryFile } from '../../../helpers/mask-files.ts';
import { visorText } from '../../../helpers/visor-builders.ts';

const VISOR_SIZE = { width: 854, height: 480 };

function stem(video: string, number: number): string {
  return `${video}_frame_${String(number).padStart(10, '0')}`;
}

function buildClip(
  fields: Partial<ClipFrames> & { readonly framesPerSecond?: number } = {},
): ClipFrames {
  const { frameCount = 3000, framesPerSecond = 60_000 / 1001 } = fields;
  return {
    name: 'P01_01.MP4',
    width: 1920,
    height: 1080,
    frameCount,
    timestampsUs: Float64Array.from({ length: frameCount }, (_, i) =>
      Math.round((i * 1e6) / framesPerSecond),
    ),
    ...fields,
  };
}

function buildFolder(names: readonly string[], fields: Partial<ClipFrames> = {}): ClipFrames {
  return buildClip({ name: 'frames', frameNames: names, frameCount: names.length, ...fields });
}

function match(stems: readonly string[], clip: ClipFrames, options: MatchOptions = {}) {
  return matchFrames({ size: VISOR_SIZE, stems }, clip, options);
}

function framesOf(rows: readonly MatchRow[]): (number | string)[] {
  return rows.map((row) => ('frame' in row ? row.frame : row.reason));
}

describe('video files, by VISOR’s clock', () => {
  test('60 ticks a second on a file of 59.94: the first frame at or after, as ffmpeg -ss', () => {
    // ffmpeg took frame 300 for 5 s where the last frame before it is 299.
    const { rows } = match([stem('P01_01', 1), stem('P01_01', 301)], buildClip());
    expect(rows).toMatchObject([
      { frame: 0, basis: 'visor-clock', distanceUs: 0 },
      { frame: 300, basis: 'visor-clock', distanceUs: 5000 },
    ]);
  });

  test('50 ticks on videos of three digits are the frames themselves', () => {
    const clip = buildClip({ name: 'P01_107.MP4', framesPerSecond: 50 });
    const numbers = [1, 2, 155, 212, 3000];
    const { rows, problems, notices } = match(
      numbers.map((number) => stem('P01_107', number)),
      clip,
    );
    expect(framesOf(rows)).toEqual(numbers.map((number) => number - 1));
    expect(problems).toEqual([]);
    expect(notices).toEqual([expect.stringContaining('scores are taken at the masks’ size')]);
  });

  test('a microsecond of rounding is none', () => {
    const timestampsUs = [0, 16_666, 33_333];
    const clip = buildClip({ frameCount: 3, timestampsUs });
    expect(
      framesOf(
        match(
          [1, 2, 3].map((n) => stem('P01_01', n)),
          clip,
        ).rows,
      ),
    ).toEqual([0, 1, 2]);
  });

  test('P02_02 is a tick late, and that is told unless a table says better', () => {
    const clip = buildClip({ name: 'P02_02.MP4', framesPerSecond: 60 });
    const stems = [stem('P02_02', 155)];
    const plain = match(stems, clip);
    expect(framesOf(plain.rows)).toEqual([153]);
    expect(plain.notices.join()).toContain('frames_to_timestamps.json');
    const times = new Map([[stem('P02_02', 155), 152e6 / 60]]);
    const listed = match(stems, clip, { times });
    expect(listed.rows).toMatchObject([{ frame: 152, basis: 'timestamps' }]);
    expect(listed.notices.join()).not.toContain('frames_to_timestamps.json');
  });

  test('with frame_mapping.json: the nearest frame to EPIC-KITCHENS’ tick, and how far that is off', () => {
    const mapping = new Map([['P01_01', new Map([[stem('P01_01', 140), 'frame_0000000138']])]]);
    const { rows, notices } = match([stem('P01_01', 140), stem('P01_01', 298)], buildClip(), {
      mapping,
    });
    expect(rows).toMatchObject([
      { frame: 137, basis: 'frame-mapping' },
      { reason: 'frame_mapping.json does not list this frame.' },
    ]);
    expect(notices).toContain(
      'By frame_mapping.json frames lie up to 2 from where VISOR’s clock has them.',
    );
    // A mapping of other videos changes nothing.
    const others = new Map([['P01_02', new Map<string, string>()]]);
    expect(match([stem('P01_01', 140)], buildClip(), { mapping: others }).rows).toMatchObject([
      { basis: 'visor-clock' },
    ]);
  });

  test('what lies past the end or in a gap is told with its time', () => {
    const clip = buildClip({ frameCount: 4, timestampsUs: [0, 20_000, 900_000, 920_000] });
    const { rows, matchedCount } = match([stem('P01_01', 31), stem('P01_01', 100)], clip);
    expect(framesOf(rows)).toEqual([
      'The clip has no frame within 0.1 s of its time, 0.500 s.',
      'Its time, 1.650 s, is after the clip’s last frame.',
    ]);
    expect(matchedCount).toBe(0);
  });

  test('two frames on one frame of a slow file: the second is told, not placed', () => {
    const clip = buildClip({ framesPerSecond: 30 });
    const { rows } = match(
      [2, 3, 4].map((n) => stem('P01_01', n)),
      clip,
    );
    expect(framesOf(rows)).toEqual([
      1,
      `It falls on frame 1 of the clip, as ${stem('P01_01', 2)} does.`,
      2,
    ]);
  });

  test('a manual offset moves all, and what falls out of the clip is told', () => {
    const clip = buildClip({ name: 'P01_107.MP4', framesPerSecond: 50, frameCount: 100 });
    const stems = [1, 50, 99].map((number) => stem('P01_107', number));
    expect(framesOf(match(stems, clip, { offsetFrames: -3 }).rows)).toEqual([
      'With the offset it is frame -3; the clip has 0 to 99.',
      46,
      95,
    ]);
    const { rows } = match(stems, clip, { offsetFrames: 1 });
    expect(framesOf(rows)).toEqual([1, 50, 99]);
    expect(rows[0]).toMatchObject({ distanceUs: 20_000 });
  });
});

describe('video files of other data sets, by number', () => {
  test('from 0, as DAVIS counts', () => {
    const clip = buildClip({ name: 'bear.mp4', ...VISOR_SIZE, frameCount: 4 });
    const { rows, problems, notices } = match(['00000', 'f_0003', '00004', 'mask'], clip);
    expect(rows[0]).toEqual({ stem: '00000', frame: 0, basis: 'frame-number' });
    expect(framesOf(rows)).toEqual([
      0,
      3,
      'The clip has frames 0 to 3.',
      'The name has no frame number at its end.',
    ]);
    expect([problems, notices]).toEqual([[], []]);
  });
});

describe('frames as pictures', () => {
  test('by name; an extension of another kind does not matter', () => {
    const names = [155, 212, 298].map((n) => `${stem('P01_107', n)}.jpg`);
    const { rows } = match([stem('P01_107', 298), stem('P01_107', 300)], buildFolder(names));
    expect(rows).toEqual([
      { stem: stem('P01_107', 298), frame: 2, basis: 'name' },
      { stem: stem('P01_107', 300), reason: 'No frame of the clip has this name.' },
    ]);
  });

  test('numbers that only look alike are not matched', () => {
    const { rows, problems } = match(['00001'], buildFolder(['1.jpg', '2.jpg']));
    expect(framesOf(rows)).toEqual(['No frame of the clip has this name.']);
    expect(problems.map(({ code }) => code)).toEqual(['nothing-matched']);
  });

  test('a name that two frames have is not guessed at', () => {
    const { rows } = match(['a'], buildFolder(['a.jpg', 'a.png']));
    expect(framesOf(rows)).toEqual(['Several frames of the clip have this name.']);
  });

  const epic = [137, 138, 139, 140].map((n) => `frame_${String(n).padStart(10, '0')}.jpg`);

  test('EPIC-KITCHENS’ own frames: by the mapping', () => {
    const stems = [stem('P01_01', 140), stem('P01_01', 298), stem('P01_01', 300)];
    const table = new Map([
      [stem('P01_01', 140), 'frame_0000000138'],
      [stem('P01_01', 300), 'frame_0000000299'],
    ]);
    const clip = buildFolder(epic, { name: 'P01_01', width: 456, height: 256 });
    const { rows } = match(stems, clip, { mapping: new Map([['P01_01', table]]) });
    expect(rows[0]).toEqual({ stem: stems[0], frame: 1, basis: 'frame-mapping' });
    expect(framesOf(rows).slice(1)).toEqual([
      'frame_mapping.json does not list this frame.',
      'The clip has no frame_0000000299.',
    ]);
  });

  test('without a mapping: by number where the numbers are the same, else not at all', () => {
    const clip = (name: string) => buildFolder(epic, { name });
    expect(match([stem('P01_107', 139)], clip('P01_107')).rows).toEqual([
      { stem: stem('P01_107', 139), frame: 2, basis: 'epic-number' },
    ]);
    const { rows, problems } = match([stem('P01_01', 139)], clip('P01_01'));
    expect(framesOf(rows)).toEqual([expect.stringContaining('frame_mapping.json says how')]);
    expect(problems[0]?.message).toContain('frame_mapping.json');
  });
});

describe('what speaks against a match', () => {
  test.each([
    ['a video file', buildClip({ name: 'P01_02.MP4' })],
    ['frames of VISOR', buildFolder([`${stem('P01_02', 140)}.jpg`], { name: 'x' })],
    ['a folder of EPIC-KITCHENS', buildFolder(['frame_0000000140.jpg'], { name: 'P01_02' })],
  ])('another video: %s', (_, clip) => {
    const { problems } = match([stem('P01_01', 140)], clip);
    expect(problems[0]).toMatchObject({
      code: 'other-video',
      message: expect.stringContaining('of the video P01_01; the open clip'),
      hint: expect.stringContaining('Open P01_01'),
    });
  });

  test('a clip that does not say which video it is', () => {
    const { problems, notices } = match([stem('P01_01', 140)], buildClip({ name: 'clip.mp4' }));
    expect(problems).toEqual([]);
    expect(notices[0]).toContain('does not say of which video it is');
  });

  test('another shape of picture', () => {
    const { sizes, problems } = match(['00000'], buildClip({ width: 640, height: 480 }));
    expect(sizes).toBe('different');
    expect(problems).toMatchObject([
      {
        code: 'other-size',
        message: 'The masks have 854 × 480 pixels, the clip 640 × 480: another shape of picture.',
      },
    ]);
  });

  test.each([
    [{ width: 854, height: 480 }, 'same'],
    [{ width: 1920, height: 1080 }, 'scaled'],
    [{ width: 1280, height: 720 }, 'scaled'],
    [{ width: 456, height: 256 }, 'scaled'],
    [{ width: 480, height: 854 }, 'different'],
    [{ width: 854, height: 481 }, 'different'],
    [{ width: 720, height: 480 }, 'different'],
  ])('masks of 854 × 480 on %j: %s', (clip, relation) => {
    expect(relateSizes(VISOR_SIZE, clip)).toBe(relation);
    expect(relateSizes(clip, VISOR_SIZE)).toBe(relation);
  });
});

test('every frame of a ground truth has its line, and no frame of the clip two', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { maxLength: 60 }),
      fc.integer({ min: -50, max: 50 }),
      fc.double({ min: 20, max: 130, noNaN: true }),
      (numbers, offsetFrames, framesPerSecond) => {
        const stems = numbers.map((number) => stem('P01_01', number));
        const clip = buildClip({ frameCount: 500, framesPerSecond });
        const { rows, matchedCount } = match(stems, clip, { offsetFrames });
        expect(rows.map((row) => row.stem)).toEqual(stems);
        const frames = rows.flatMap((row) => ('frame' in row ? [row.frame] : []));
        expect(new Set(frames).size).toBe(matchedCount);
        expect(frames.every((frame) => frame >= 0 && frame < 500)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test('frames by time', () => {
  const times = [0, 10, 20, 30].map((ms) => ms * 1000);
  expect([-5, 0, 1, 9_999, 10_001, 10_002, 30_000].map((t) => firstFrameFrom(times, t))).toEqual([
    0, 0, 0, 1, 1, 2, 3,
  ]);
  expect(firstFrameFrom(times, 30_002)).toBe(4);
  expect([-9, 4_999, 5_000, 5_001, 29_000, 99_000].map((t) => nearestFrame(times, t))).toEqual([
    0, 0, 0, 1, 3, 3,
  ]);
});

test('a release’s folder is sorted by what its files bring', async () => {
  const found = await findGroundTruth(
    [
      memoryFile('r/frame_mapping.json', '{}'),
      memoryFile('r/frames_to_timestamps.json', '{}'),
      memoryFile('r/val_data_mapping.json', '{}'),
      memoryFile('r/val/P01_107.json', visorText([])),
      memoryFile('r/val/P01_107_interpolations.json', visorText([])),
      memoryFile('r/other.json', '{"format": "x"}'),
      memoryFile('r/empty.json', ''),
      memoryFile('r/sav.json', '{"video_id": "a", "masklet": []}'),
      memoryFile('r/instances.json', '{"info": {}, "licenses": [], "images": []}'),
      memoryFile('r/meta.json', '{"videos": {}}'),
      memoryFile('r/Annotations/480p/a/0.png', ''),
      memoryFile('r/README.txt', ''),
    ],
    'r',
  );
  expect(found.mapping?.path).toBe('r/frame_mapping.json');
  expect(found.times?.path).toBe('r/frames_to_timestamps.json');
  expect(found.names.map(({ path }) => path)).toEqual(['r/val_data_mapping.json']);
  expect(found.annotations.map(({ path }) => path)).toEqual([
    'r/val/P01_107.json',
    'r/val/P01_107_interpolations.json',
  ]);
  expect(found.unknown.map(({ path }) => path)).toEqual(['r/other.json', 'r/empty.json']);
  expect(found.labels.map(({ path }) => path)).toEqual(['r/instances.json', 'r/sav.json']);
  expect(found.metas.map(({ path }) => path)).toEqual(['r/meta.json']);
  expect(found.masks?.sequences.map(({ name }) => name)).toEqual(['a']);
  expect(await findGroundTruth([], 'r')).toEqual({
    annotations: [],
    labels: [],
    metas: [],
    names: [],
    objectFolders: [],
    unknown: [],
  });
});
