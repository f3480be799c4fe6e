import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle } from '../../../src/core/rle.ts';
import { readProject } from '../../../src/formats/project-reader.ts';
import { writeProject } from '../../../src/formats/project-writer.ts';
import type { ProjectPart } from '../../../src/formats/project.ts';
import { type Project, projects } from '../../helpers/any-project.ts';

const SCHEMA: unknown = JSON.parse(readFileSync('docs/project.schema.json', 'utf8'));

/** The schema as given, or such that it also refuses members that it does not name. */
function compileSchema({ isClosed }: { readonly isClosed: boolean }): ValidateFunction {
  const schema = structuredClone(SCHEMA) as Record<string, unknown>;
  const close = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const member of Object.values(node)) close(member);
    if ('type' in node && node.type === 'object') {
      Object.assign(node, { unevaluatedProperties: false });
    }
  };
  if (isClosed) close(schema);
  return new Ajv2020({ allErrors: true, formats: { 'date-time': true } }).compile(schema);
}

const writerSchema = compileSchema({ isClosed: true });
const readerSchema = compileSchema({ isClosed: false });

async function write(project: Project): Promise<string> {
  async function* masks() {
    yield* project.masks;
  }
  let text = '';
  for await (const piece of writeProject({ ...project, masks: masks() })) text += piece;
  return text;
}

async function read(text: string | Uint8Array<ArrayBuffer>, chunkBytes = 7): Promise<Project> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
  }
  const parts: ProjectPart[] = [];
  for await (const part of readProject(chunks())) parts.push(part);
  const last = parts.at(-1);
  if (last?.kind !== 'head') throw new Error('the head must come last');
  return {
    head: last.head,
    prompts: parts.flatMap((part) => (part.kind === 'prompts' ? [part.prompts] : [])),
    memory: parts.flatMap((part) => (part.kind === 'memory' ? [part.memory] : [])),
    frames: parts.flatMap((part) => (part.kind === 'frame' ? [part.frame] : [])),
    masks: parts.flatMap((part) => (part.kind === 'mask' ? [part.mask] : [])),
  };
}

const SMALL: Project = {
  head: {
    appVersion: '0.1.0',
    createdAt: '2026-11-23T08:00:00Z',
    clip: {
      name: 'a.mp4',
      kind: 'video',
      width: 3,
      height: 2,
      frameCount: 2,
      frameRate: 25,
      codec: 'avc1',
      bytes: 9,
      sha256: '0'.repeat(64),
    },
    objects: [{ id: objectId(4), name: 'cup', color: '#00ff00' }],
  },
  prompts: [
    {
      objectId: objectId(4),
      frame: frameIndex(1),
      prompts: {
        kind: 'clicks',
        points: [{ x: 1, y: 1, label: 'positive' }],
        box: { x0: 0, y0: 0, x1: 2, y1: 2 },
      },
    },
  ],
  memory: [{ objectId: objectId(4), frame: frameIndex(0), edit: 'pinned' }],
  frames: [{ timestampUs: 0 }, { timestampUs: 40_000 }],
  masks: [
    {
      objectId: objectId(4),
      frame: frameIndex(1),
      mask: encodeRle({ width: 3, height: 2, data: Uint8Array.of(0, 1, 0, 0, 1, 1) }),
      objectScoreLogit: 3,
      predictedIou: 0.5,
      origin: 'tracked',
      direction: 'forward',
      oppositeIou: 0.75,
    },
  ],
};

/** The small project after `change`, as text. */
async function changed(change: (document: Document) => void): Promise<string> {
  const document = JSON.parse(await write(SMALL)) as Document;
  change(document);
  return JSON.stringify(document);
}

type Document = Record<string, never>;

/** Sets `path`, such as `masks.0.areaPx`; `undefined` removes it. */
function set(path: string, value: unknown): (document: Document) => void {
  return (document) => {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let node: Record<string, unknown> = document;
    for (const key of keys) node = node[key] as Record<string, unknown>;
    if (value === undefined) delete node[last];
    else node[last] = value;
  };
}

describe('round trip', () => {
  test('what is written is read back whole, in pieces of any size, and fits the schema', async () => {
    await fc.assert(
      fc.asyncProperty(projects, fc.integer({ min: 1, max: 5000 }), async (project, chunkBytes) => {
        const text = await write(project);
        expect(await read(text, chunkBytes)).toEqual(project);
        const isValid = writerSchema(JSON.parse(text));
        expect(writerSchema.errors ?? []).toEqual([]);
        expect(isValid).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('members in any order, with others between them, mean the same', async () => {
    const document = JSON.parse(await write(SMALL)) as Document;
    const members = Object.entries({ ...document, notes: { mine: ['x'] }, __proto__: null });
    for (const order of [members.toReversed(), members.toSorted(([a], [b]) => (a < b ? -1 : 1))]) {
      expect(await read(JSON.stringify(Object.fromEntries(order), undefined, 2))).toEqual(SMALL);
    }
  });

  test('a byte-order mark is ignored', async () => {
    expect(await read(`\ufeff${await write(SMALL)}`)).toEqual(SMALL);
  });

  test('a number that JSON cannot hold is a bug of the writer', async () => {
    const masks = SMALL.masks.map((mask) => ({ ...mask, objectScoreLogit: -Infinity }));
    await expect(write({ ...SMALL, masks })).rejects.toThrow('objectScoreLogit is -Infinity');
  });
});

const HUGE = 1e15;

describe('what is wrong is named by its path', () => {
  // The last column says whether the schema sees the fault too; some it cannot express.
  test.each<[string, unknown, string, 'schema' | 'reader only']>([
    ['format', 'coco', 'not a project of this studio', 'schema'],
    ['format', undefined, 'not a project of this studio', 'schema'],
    ['schemaVersion', 2, 'has the form 2', 'schema'],
    ['schemaVersion', '1', 'schemaVersion must be a finite number', 'schema'],
    ['schemaVersion', undefined, 'no member “schemaVersion”', 'schema'],
    ['appVersion', undefined, 'no member “appVersion”', 'schema'],
    ['createdAt', 'yesterday', 'createdAt must be a time', 'reader only'],
    ['createdAt', '2026-13-40T00:00:00Z', 'createdAt must be a time that exists', 'reader only'],
    ['clip', undefined, 'no member “clip”', 'schema'],
    ['clip', [], 'clip must be an object', 'schema'],
    ['clip.width', 0, 'clip.width must be from 1 to 65536', 'schema'],
    ['clip.width', HUGE, 'clip.width must be from 1 to 65536', 'schema'],
    ['clip.width', 4, 'masks[0].segmentation.size is 3 × 2', 'reader only'],
    ['clip.height', 2.5, 'clip.height must be an integer', 'schema'],
    ['clip.frameCount', HUGE, 'clip.frameCount must be from 1 to 10000000', 'schema'],
    ['clip.frameCount', 3, 'frames has 2 items for 3 frames', 'reader only'],
    ['clip.frameRate', null, 'clip.frameRate must be a finite number', 'schema'],
    ['clip.kind', 'gif', 'clip.kind must be video or frames', 'schema'],
    ['clip.sha256', 'ABC', 'clip.sha256 must be a SHA-256', 'schema'],
    ['clip.name', 5, 'clip.name must be a text', 'schema'],
    ['model', {}, 'model must have the member "fileName"', 'schema'],
    ['objects', undefined, 'no member “objects”', 'schema'],
    ['objects', {}, 'objects must be an array', 'schema'],
    ['objects', [], 'prompts[0].objectId is 4, which no object has', 'reader only'],
    ['objects.1', { id: 4, name: '', color: '#000000' }, 'objects[1] has the id 4', 'reader only'],
    ['objects.0.id', 256, 'objects[0].id must be from 1 to 255', 'schema'],
    ['objects.0.color', 'red', 'objects[0].color must be a colour', 'schema'],
    ['prompts', undefined, 'no member “prompts”', 'schema'],
    ['prompts', {}, 'prompts must be an array', 'schema'],
    ['prompts.0.kind', 'lasso', 'prompts[0].kind must be clicks or mask', 'schema'],
    ['prompts.0.points.0.x', '1', 'prompts[0].points[0].x must be a finite number', 'schema'],
    ['prompts.0.points.0.label', 1, 'points[0].label must be positive or negative', 'schema'],
    ['prompts.0.box.x1', 0, 'prompts[0].box.x1 must be greater than x0', 'reader only'],
    ['prompts.0.box.y1', -1, 'prompts[0].box.y1 must be greater than y0', 'reader only'],
    ['prompts.0.candidate', 3, 'prompts[0].candidate must be from 0 to 2', 'schema'],
    ['prompts.0.mask', {}, 'prompts[0].mask must have the member "size"', 'schema'],
    [
      'prompts.0.mask',
      { size: [3, 2], counts: '6' },
      'masks[0].segmentation.size is 3 × 2, but another mask is 2 × 3',
      'reader only',
    ],
    ['frames', undefined, 'no member “frames”', 'schema'],
    ['frames.0.timestampUs', 50_000, 'frames[1].timestampUs is before', 'reader only'],
    ['masks', undefined, 'no member “masks”', 'schema'],
    ['masks', 'none', 'masks must be an array', 'schema'],
    ['masks.0', null, 'masks[0] must be an object', 'schema'],
    ['masks.0.frame', -1, 'masks[0].frame must be from 0', 'schema'],
    ['masks.0.frame', 2, 'masks[0].frame must be less than 2', 'reader only'],
    ['masks.0.objectId', 5, 'masks[0].objectId is 5, which no object has', 'reader only'],
    ['masks.0.areaPx', 4, 'masks[0].areaPx is 4, but the mask has 3', 'reader only'],
    ['masks.0.origin', 'magic', 'masks[0].origin must be prompt or tracked or imported', 'schema'],
    ['masks.0.direction', 'back', 'masks[0].direction must be forward or reverse', 'schema'],
    ['masks.0.oppositeIou', 1.5, 'masks[0].oppositeIou must be from 0 to 1', 'schema'],
    ['masks.0.segmentation.size', [2], 'size must be height and width', 'schema'],
    ['masks.0.segmentation.size', [2, 3, 1], 'size must be height and width', 'schema'],
    ['masks.0.segmentation.size', [3, 2], 'size is 2 × 3, but the clip is 3 × 2', 'reader only'],
    ['masks.0.segmentation.size', [HUGE, HUGE], 'larger than any video', 'schema'],
    ['masks.0.segmentation.counts', '2', 'counts does not describe 3 × 2 pixels', 'reader only'],
    ['masks.0.segmentation.counts', 'zzzz', 'counts does not describe', 'schema'],
    ['masks.0.segmentation.counts', '1014', 'counts holds an empty run', 'reader only'],
    ['masks.0.segmentation.counts', 7, 'counts must be a text', 'schema'],
  ])('%s = %j: %s', async (path, value, message, seenBy) => {
    const text = await changed(set(path, value));
    expect(readerSchema(JSON.parse(text))).toBe(seenBy === 'reader only');
    await expect(read(text)).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\S/),
    });
  });

  test('a name longer than any file system allows', async () => {
    const text = await changed(set('clip.name', 'x'.repeat(5000)));
    expect(readerSchema(JSON.parse(text))).toBe(false);
    await expect(read(text)).rejects.toThrow('clip.name must have at most 4096 characters');
  });

  test('infinity by overflow', async () => {
    const text = (await write(SMALL)).replace('"objectScoreLogit":3', '"objectScoreLogit":1e999');
    await expect(read(text)).rejects.toThrow('masks[0].objectScoreLogit must be a finite number');
  });

  test('the same object and frame twice', async () => {
    const twice = (key: string) => (document: Document) => {
      const items = (document as Record<string, unknown[]>)[key];
      items?.push(items[0]);
    };
    await expect(changed(twice('masks')).then(read)).rejects.toThrow('masks[1] repeats object 4');
    await expect(changed(twice('memory')).then(read)).rejects.toThrow('memory[1] repeats object 4');
    await expect(changed(twice('prompts')).then(read)).rejects.toThrow('prompts[1] repeats');
  });

  test('cut anywhere', async () => {
    const bytes = new TextEncoder().encode((await write(SMALL)).trimEnd());
    for (let length = 0; length < bytes.length; length += 3) {
      await expect(read(bytes.slice(0, length), 64)).rejects.toMatchObject({
        code: 'file-invalid',
      });
    }
  });

  test('bytes that are not UTF-8', async () => {
    const bytes = new TextEncoder().encode(await write(SMALL));
    bytes[bytes.indexOf(0x63, 40)] = 0xff;
    await expect(read(bytes)).rejects.toThrow('not UTF-8');
  });
});
