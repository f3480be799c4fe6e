import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CoalescingWriter } from '../../../src/formats/coalescing-writer.ts';
import { listZip } from '../../../src/formats/zip-reader.ts';
import { writeZip, type ZipFile } from '../../../src/formats/zip-writer.ts';
import { craftZip } from '../../helpers/craft-zip.ts';

const MODIFIED = new Date('2026-11-23T08:00:00Z');

async function zipOf(files: readonly ZipFile[]): Promise<Blob> {
  async function* source() {
    yield* files;
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of writeZip(source(), { modified: MODIFIED })) {
    parts.push(Uint8Array.from(chunk));
  }
  return new Blob(parts);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

describe('writing and reading', () => {
  const names = fc.stringMatching(/^[a-zäß蘆0-9 _-]{1,12}\.png$/);
  const files = fc.uniqueArray(fc.record({ name: names, bytes: fc.uint8Array() }), {
    selector: (file) => file.name,
    maxLength: 12,
  });

  test('round trip of any files', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const named = all.map((file) => ({ ...file, name: `clip/${file.name}` }));
        const entries = await listZip(await zipOf(named));
        expect(entries.map((entry) => entry.path)).toEqual(named.map((file) => file.name));
        for (const [index, entry] of entries.entries()) {
          expect(await entry.read(1000)).toEqual(named[index]?.bytes);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('reads deflated entries; skips folders and what systems add', async () => {
    const zip = craftZip([
      { name: 'seq/', content: new Uint8Array(0) },
      { name: 'seq/00000.png', content: new Uint8Array(5000).fill(7), isDeflated: true },
      { name: '__MACOSX/seq/._00000.png', content: bytesOf('x') },
      { name: 'seq/.DS_Store', content: bytesOf('x') },
    ]);
    const entries = await listZip(zip);
    expect(entries.map((entry) => entry.path)).toEqual(['seq/00000.png']);
    expect(await entries[0]?.read(5000)).toEqual(new Uint8Array(5000).fill(7));
  });

  test('takes files one by one: none is asked for before the last has been handed out', async () => {
    let made = 0;
    let out = 0;
    async function* source() {
      for (; made < 500;) {
        made++;
        yield { name: `${made}.png`, bytes: new Uint8Array(10_000) };
      }
    }
    let furthestAhead = 0;
    for await (const chunk of writeZip(source(), { modified: MODIFIED })) {
      out += chunk.length;
      furthestAhead = Math.max(furthestAhead, made - out / 10_000);
    }
    expect(made).toBe(500);
    expect(furthestAhead).toBeLessThan(3);
  });

  test('an error of the source comes out, and ending early ends the source', async () => {
    let hasEnded = false;
    async function* source(): AsyncGenerator<ZipFile> {
      try {
        yield { name: 'a.png', bytes: new Uint8Array(9) };
        throw new RangeError('no more frames');
      } finally {
        hasEnded = true;
      }
    }
    const whole = async () => {
      for await (const chunk of writeZip(source(), { modified: MODIFIED })) {
        expect(chunk.length).toBeGreaterThan(0);
      }
    };
    await expect(whole()).rejects.toThrow('no more frames');
    expect(hasEnded).toBe(true);
    hasEnded = false;
    for await (const chunk of writeZip(source(), { modified: MODIFIED })) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(hasEnded).toBe(true);
  });
});

describe('hostile zips end in file-invalid', () => {
  const png = { name: 'a/00000.png', content: new Uint8Array(100).fill(1) };
  const good = craftZip([png]);

  test.each([
    '../00000.png',
    'a/../../b.png',
    '/etc/b.png',
    'C:/b.png',
    '..\\b.png',
    '\\\\h\\b.png',
  ])('the name %s', async (name) => {
    await expect(listZip(craftZip([png, { ...png, name }]))).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('outside itself'),
    });
  });

  test('no zip, an empty file, and a zip cut anywhere', async () => {
    const bytes = new Uint8Array(await good.arrayBuffer());
    const broken = [new Blob([]), new Blob(['hello'])];
    for (let length = 4; length < bytes.length; length += 5) {
      broken.push(new Blob([bytes.slice(0, length)]));
    }
    for (const zip of broken) {
      await expect(listZip(zip)).rejects.toMatchObject({ code: 'file-invalid' });
    }
  });

  test('content that does not fit its checksum', async () => {
    const [entry] = await listZip(craftZip([{ ...png, crc: crc32(png.content) ^ 1 }]));
    await expect(entry?.read(1000)).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('“a/00000.png” in the zip cannot be read'),
    });
  });

  test('a file that declares more than a mask can have is not inflated', async () => {
    const [entry] = await listZip(craftZip([{ ...png, declaredBytes: 2 ** 32 - 2 }]));
    const before = process.memoryUsage().arrayBuffers;
    await expect(entry?.read(1000)).rejects.toThrow('too large for a mask');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test('a file that inflates to more than it declares is stopped', async () => {
    const content = new Uint8Array(1 << 24);
    const [entry] = await listZip(
      craftZip([{ ...png, content, isDeflated: true, declaredBytes: 100 }]),
    );
    await expect(entry?.read(1000)).rejects.toMatchObject({ code: 'file-invalid' });
  });

  test('entries that share their data, as in overlap bombs', async () => {
    const entries = await listZip(
      craftZip([png, { ...png, name: 'a/00001.png', sharesFirst: true }]),
    );
    await expect(Promise.all(entries.map((entry) => entry.read(1000)))).rejects.toMatchObject({
      code: 'file-invalid',
    });
  });

  test('a listing can be cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(listZip(good, signal)).rejects.toHaveProperty('name', 'AbortError');
  });
});

describe('coalescing', () => {
  test('any writes come out as one stream of full blocks and a rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 30 })),
        fc.integer({ min: 1, max: 16 }),
        async (writes, blockBytes) => {
          const blocks: Uint8Array[] = [];
          const writer = new CoalescingWriter(async (block) => {
            blocks.push(block.slice());
          }, blockBytes);
          for (const bytes of writes) await writer.write(bytes);
          await writer.finish();
          expect(blocks.flatMap((block) => [...block])).toEqual(writes.flatMap((b) => [...b]));
          expect(blocks.slice(0, -1).every((block) => block.length === blockBytes)).toBe(true);
          expect(blocks.at(-1)?.length).not.toBe(0);
        },
      ),
    );
  });
});
