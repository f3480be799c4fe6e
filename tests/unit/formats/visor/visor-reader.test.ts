import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blobFile } from '../../../../src/formats/source-file.ts';
import type { VisorFrame } from '../../../../src/formats/visor/visor-annotations.ts';
import { VisorDefects } from '../../../../src/formats/visor/visor-defects.ts';
import { looksLikeAnnotations } from '../../../../src/core/annotation-start.ts';
import { readVisorFrames } from '../../../../src/formats/visor/visor-reader.ts';
import {
  buildAnnotation,
  buildDenseFrame,
  buildFrame,
  square,
  textFile,
  visorFile,
  visorText,
} from '../../../helpers/visor-builders.ts';

async function readAll(file = visorFile([]), signal?: AbortSignal) {
  const defects = new VisorDefects();
  const frames: VisorFrame[] = [];
  const reading = { defects, ...(signal && { signal }) };
  for await (const frame of readVisorFrames(file, reading)) frames.push(frame);
  return { frames, notices: defects.notices() };
}

async function readAnnotation(annotation: object) {
  const { frames, notices } = await readAll(
    visorFile([buildFrame(1, { annotations: [annotation] })]),
  );
  return { annotation: frames[0]?.annotations[0], notices };
}

describe('sparse files', () => {
  test('all of a frame', async () => {
    const hand = buildAnnotation(
      'left hand',
      [
        [
          [0.5, 1.25],
          [1920, 1080],
        ],
        [],
      ],
      {
        class_id: 300,
        in_contact_object: 'plate-id',
      },
    );
    const plate = buildAnnotation('plate', [], { exhaustive: 'inconclusive' });
    const { frames, notices } = await readAll(
      visorFile([buildFrame(140, { annotations: [hand, plate] })]),
    );
    expect(notices).toEqual([]);
    expect(frames).toEqual([
      {
        path: 'P01_107/P01_107_frame_0000000140.jpg',
        name: 'P01_107_frame_0000000140.jpg',
        sequence: 'P01_107_seq_00001',
        video: 'P01_107',
        canvas: 'sparse',
        annotations: [
          {
            id: 'left hand-id',
            name: 'left hand',
            classId: 300,
            exhaustive: 'y',
            contact: { kind: 'annotation', id: 'plate-id' },
            segments: [Float64Array.of(0.5, 1.25, 1920, 1080), new Float64Array(0)],
          },
          {
            id: 'plate-id',
            name: 'plate',
            classId: 1,
            exhaustive: 'inconclusive',
            segments: [],
          },
        ],
      },
    ]);
  });

  test.each([
    'hand-not-in-contact',
    'glove-not-in-contact',
    'none-of-the-above',
    'inconclusive',
  ] as const)('a hand %s', async (kind) => {
    const { annotation } = await readAnnotation(
      buildAnnotation('left hand', [], { in_contact_object: kind }),
    );
    expect(annotation?.contact).toEqual({ kind });
  });

  test.each([
    [['left hand'], ['left hand']],
    [
      ['left hand', 'right hand'],
      ['left hand', 'right hand'],
    ],
    ['right hand', ['right hand']],
    ['inconclusive', 'inconclusive'],
    [null, undefined],
  ])('on which hand: %j', async (value, expected) => {
    const { annotation, notices } = await readAnnotation(
      buildAnnotation('oven glove', [], { class_id: 303, on_which_hand: value }),
    );
    expect(annotation?.onWhichHand).toEqual(expected);
    expect(notices).toEqual([]);
  });

  test('names may be what no file could be called', async () => {
    const { annotation } = await readAnnotation(buildAnnotation('hob/cooktop/stovetop', []));
    expect(annotation?.name).toBe('hob/cooktop/stovetop');
  });

  test('a byte-order mark, blanks, unknown members and any order of members', async () => {
    const [frame] = [JSON.stringify(buildFrame(3))];
    const text = `\uFEFF \n{"extra": [1], "video_annotations": [ ${frame} ], "info": {"a": {"b": 1}}} \n`;
    expect((await readAll(textFile(text))).frames).toHaveLength(1);
    expect(looksLikeAnnotations(visorText([]))).toBe(true);
    expect(looksLikeAnnotations('{"format": "segmentation-studio-project"')).toBe(false);
  });
});

describe('what released files lack or misspell is mended and told', () => {
  test.each<[string, object, string]>([
    ['“rigth hand”', { on_which_hand: ['rigth hand'] }, 'read as “right hand”'],
    ['an unknown hand', { on_which_hand: ['third hand'] }, 'unknown hand'],
    ['a glove without its key', { class_id: 304 }, 'gloves without a hand'],
    ['a contact that is not there', { in_contact_object: 'gone' }, 'not in the frame'],
    ['no segments', { segments: undefined }, 'out of sight'],
    ['segments that are null', { segments: null }, 'out of sight'],
    ['null for what is optional', { class_id: null, id: null, exhaustive: null }, ''],
  ])('%s', async (_, fields, sentence) => {
    const { annotation, notices } = await readAnnotation(buildAnnotation('x', [], fields));
    expect(annotation?.name).toBe('x');
    if (sentence === '') expect(notices).toEqual([]);
    else expect(notices).toEqual([expect.stringContaining(sentence)]);
  });

  test('“rigth hand” is the right hand', async () => {
    const fields = { on_which_hand: ['rigth hand', 'left hand'] };
    const { annotation } = await readAnnotation(buildAnnotation('glove', [], fields));
    expect(annotation?.onWhichHand).toEqual(['right hand', 'left hand']);
  });

  test.each([undefined, null, ''])('an annotation of the name %j is left out', async (name) => {
    const { annotation, notices } = await readAnnotation(buildAnnotation('x', [], { name }));
    expect(annotation).toBeUndefined();
    expect(notices).toEqual([
      'VISOR file: 1 entry (video_annotations[0].annotations[0]) without a name left out.',
    ]);
  });

  test('no path, no subsequence, no video and no annotations', async () => {
    const image = { image_path: undefined, subsequence: undefined, video: undefined };
    const file = visorFile([{ ...buildFrame(7, { image }), annotations: undefined }]);
    const { frames, notices } = await readAll(file);
    expect(frames).toMatchObject([
      {
        path: 'P01_107/P01_107_frame_0000000007.jpg',
        sequence: 'P01_107',
        video: 'P01_107',
        annotations: [],
      },
    ]);
    expect(notices).toHaveLength(2);
  });

  test('hundreds of defects are one sentence', async () => {
    const annotations = Array.from({ length: 300 }, () => ({ segments: [] }));
    const { notices } = await readAll(visorFile([buildFrame(1, { annotations })]));
    expect(notices).toEqual([expect.stringContaining('300 entries (first video_annotations[0]')]);
  });
});

describe('dense files', () => {
  test('runs, types and the small canvas', async () => {
    const annotations = [
      buildAnnotation('plate', [], { type: 1 }),
      buildAnnotation('cup', [], { type: 0 }),
    ];
    const { frames } = await readAll(visorFile([buildDenseFrame(141, 5, { annotations })]));
    const name = 'P01_107_frame_0000000141.png';
    expect(frames[0]).toMatchObject({
      canvas: 'dense',
      run: { id: 'P01_107_interp_5', startFrame: name, endFrame: name },
      annotations: [{ source: 'ground-truth' }, { source: 'interpolated' }],
    });
  });

  test('a run may be a number; entries of no video are left out as VISOR’s tool does', async () => {
    const bad = buildDenseFrame(2, 1, { image: { name: 'seq_frame_0000000002.png' } });
    const good = buildDenseFrame(3, 1, { image: { interpolation: 17 } });
    const { frames, notices } = await readAll(visorFile([bad, good]));
    expect(frames.map(({ run }) => run?.id)).toEqual(['17']);
    expect(notices).toEqual([expect.stringContaining('of no video left out')]);
  });
});

describe('what cannot be read ends in file-invalid that says where', () => {
  const deep = '['.repeat(40) + ']'.repeat(40);
  const withSegments = (segments: string) =>
    visorText([buildFrame(1)]).replace(/"segments":\[\[.*?\]\]\]/, `"segments":${segments}`);

  test.each<[string, string, string]>([
    ['nothing', '', 'ends too early'],
    ['another document', '{"format": 1}', 'no VISOR annotation file'],
    ['a list', '[]', 'not expected'],
    ['annotations that are no list', '{"video_annotations": {}}', 'must be an array'],
    ['a frame without an image', '{"video_annotations": [{}]}', '[0] must have the member "image"'],
    [
      'a frame that is null',
      '{"video_annotations": [null]}',
      'video_annotations[0] must be an object',
    ],
    ['an image without a name', visorText([{ image: {} }]), 'image must have the member "name"'],
    [
      'a name with folders',
      visorText([buildFrame(1, { image: { name: '../x.jpg' } })]),
      'image.name must be a file name',
    ],
    [
      'a subsequence with folders',
      visorText([buildFrame(1, { image: { subsequence: 'a/..' } })]),
      'subsequence must be a file name',
    ],
    ['NaN', withSegments('[[[NaN,1]]]'), 'video_annotations[0] is not valid JSON'],
    ['infinity', withSegments('[[[1,2],[1e999,1]]]'), 'segments[0][1][0] must be a finite number'],
    [
      'a text for a number',
      withSegments('[[["1",1]]]'),
      'segments[0][0][0] must be a finite number',
    ],
    [
      'null for a number',
      withSegments('[[[1,null]]]'),
      'segments[0][0][1] must be a finite number',
    ],
    [
      'a huge coordinate',
      withSegments('[[[1,2],[3,-1e7]]]'),
      'segments[0][1][1] is -10000000, farther',
    ],
    ['three coordinates', withSegments('[[[1,2,3]]]'), 'segments[0][0] must be [x, y]'],
    ['a number for a polygon', withSegments('[5]'), 'segments[0] must be an array'],
    ['segments that are an object', withSegments('{"a":1}'), 'segments must be an array'],
    [
      'a class that is no number',
      visorText([buildFrame(1, { annotations: [buildAnnotation('x', [], { class_id: 'x' })] })]),
      'class_id must be a finite number',
    ],
    ['40 levels', `{"video_annotations": [${deep}]}`, 'nested more than 16 deep'],
    ['40 levels elsewhere', `{"info": ${deep}}`, 'info is nested more than 16 deep'],
    ['a member twice', '{"video_annotations": [], "video_annotations": []}', 'twice'],
  ])('%s', async (_name, text, message) => {
    await expect(readAll(textFile(text))).rejects.toMatchObject({
      name: 'StudioError',
      code: 'file-invalid',
      message: expect.stringContaining(message),
      hint: expect.not.stringContaining('project'),
    });
  });

  test('cut anywhere', async () => {
    const text = visorText([buildFrame(1), buildFrame(2)]);
    for (let length = 0; length < text.length; length += 7) {
      await expect(readAll(textFile(text.slice(0, length)))).rejects.toMatchObject({
        code: 'file-invalid',
      });
    }
  });

  test('any byte changed: read, or file-invalid, never anything else', async () => {
    const bytes = new TextEncoder().encode(visorText([buildFrame(1), buildDenseFrame(2, 1)]));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        const changed = bytes.slice();
        changed[at] = byte;
        await readAll(blobFile('x.json', new Blob([changed]))).catch((error: unknown) => {
          refused++;
          expect(error).toMatchObject({ name: 'StudioError', code: 'file-invalid' });
        });
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  test('10^6 vertices are read, one more is refused', async () => {
    const points = (count: number) => `[[${'[1,2],'.repeat(count - 1)}[1,2]]]`;
    const { frames } = await readAll(textFile(withSegments(points(1_000_000))));
    expect(frames[0]?.annotations[0]?.segments[0]?.length).toBe(2_000_000);
    await expect(readAll(textFile(withSegments(points(1_000_001))))).rejects.toThrow(
      'more than 1000000 vertices in one frame',
    );
  });

  test('10^5 vertices across the whole image would take long to draw and are refused', async () => {
    const zigzag = `[[${'[0,0],[1919,1079],'.repeat(50_000)}[0,1]]]`;
    await expect(readAll(textFile(withSegments(zigzag)))).rejects.toThrow(
      'outlines of more than 100000000 pixels in one frame (video_annotations[0].annotations[0]',
    );
  });

  test('a frame without end is stopped before it fills the memory', async () => {
    const mebibyte = new TextEncoder().encode('1,'.repeat(1 << 19));
    let fed = 0;
    const endless = {
      path: 'x.json',
      bytes: 1 << 30,
      read: async () => new Uint8Array(0),
      async *stream() {
        yield new TextEncoder().encode('{"video_annotations":[{"annotations":[');
        for (; fed < 1000; fed++) yield mebibyte;
      },
    };
    await expect(readAll(endless)).rejects.toThrow('longer than');
    expect(fed).toBeLessThan(70);
  });

  test('a file that declares terabytes is not begun', async () => {
    const file = { ...visorFile([]), bytes: 2 ** 41 };
    await expect(readAll(file)).rejects.toThrow('bytes long');
  });
});

test('progress in bytes, and cancelling between frames', async () => {
  const frames = Array.from({ length: 3000 }, (_, i) =>
    buildFrame(i, { annotations: [buildAnnotation('plate', [square(i % 500, 0)])] }),
  );
  const file = visorFile(frames);
  const seen: number[] = [];
  let read = 0;
  const reading = { defects: new VisorDefects(), onBytes: (bytes: number) => seen.push(bytes) };
  for await (const frame of readVisorFrames(file, reading)) read += frame.annotations.length;
  expect(read).toBe(3000);
  expect(seen.length).toBeGreaterThan(3);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(file.bytes);

  const controller = new AbortController();
  let before = 0;
  const cancelled = async () => {
    const options = { defects: new VisorDefects(), signal: controller.signal };
    for await (const frame of readVisorFrames(file, options)) {
      before += frame.annotations.length;
      controller.abort();
    }
  };
  await expect(cancelled()).rejects.toHaveProperty('name', 'AbortError');
  expect(before).toBeLessThan(3000);
});
