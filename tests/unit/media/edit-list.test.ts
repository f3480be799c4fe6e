import { describe, expect, it } from 'vitest';
import { readEdit } from '../../../src/media/video/edit-list.ts';

type Bytes = readonly number[];

function u32(value: number): number[] {
  return [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function box(type: string, ...content: readonly Bytes[]): number[] {
  const body = content.flat();
  return [...u32(body.length + 8), ...Buffer.from(type, 'latin1'), ...body];
}

const zeros = (count: number) => Array.from({ length: count }, () => 0);
const movieHeader = (timescale: number) => box('mvhd', zeros(12), u32(timescale), zeros(80));
const trackHeader = (id: number) => box('tkhd', zeros(12), u32(id), zeros(68));

/** Entries of duration and media time, both in the movie's ticks. */
function track(id: number, edits: readonly (readonly [number, number])[]): number[] {
  const entries = edits.flatMap(([duration, time]) => [...u32(duration), ...u32(time), 0, 1, 0, 0]);
  const list = box('elst', zeros(4), u32(edits.length), entries);
  return box('trak', trackHeader(id), ...(edits.length === 0 ? [] : [box('edts', list)]));
}

function movie(...tracks: readonly Bytes[]): Blob {
  const file = [
    ...box('ftyp', zeros(8)),
    ...box('mdat', zeros(50)),
    ...box('moov', movieHeader(600), ...tracks),
  ];
  return new Blob([Uint8Array.from(file)]);
}

describe('readEdit', () => {
  it('gives the end of the edit of the track that is asked for', async () => {
    const file = movie(track(1, [[1200, 0]]), track(2, [[900, 512]]));
    expect(await readEdit(file, 2)).toEqual({ endSeconds: 1.5, hasMore: false });
  });

  it('counts empty entries as a delay', async () => {
    const file = movie(
      track(1, [
        [300, -1],
        [600, 0],
      ]),
    );
    expect(await readEdit(file, 1)).toEqual({ endSeconds: 1.5, hasMore: false });
  });

  it('tells of further parts', async () => {
    const file = movie(
      track(1, [
        [600, 0],
        [600, 2400],
      ]),
    );
    expect(await readEdit(file, 1)).toEqual({ endSeconds: 1, hasMore: true });
  });

  it('takes an edit without duration as one without end, as fragmented files have it', async () => {
    expect(await readEdit(movie(track(1, [[0, 1024]])), 1)).toBeUndefined();
  });

  it('gives nothing without an edit list, a track, a movie or sense', async () => {
    expect(await readEdit(movie(track(1, [])), 1)).toBeUndefined();
    expect(await readEdit(movie(track(1, [[600, 0]])), 7)).toBeUndefined();
    expect(await readEdit(new Blob([Uint8Array.from(box('ftyp', zeros(8)))]), 1)).toBeUndefined();
    expect(
      await readEdit(new Blob([Uint8Array.from([...u32(3), 1, 2, 3, 4, 5])]), 1),
    ).toBeUndefined();
    expect(await readEdit(new Blob([]), 1)).toBeUndefined();
  });

  it('reads the long forms of boxes and entries', async () => {
    const entry = [...zeros(4), ...u32(900), ...zeros(8), 0, 1, 0, 0];
    const list = box('elst', [1, 0, 0, 0], u32(1), entry);
    const header = box('mvhd', [1], zeros(19), u32(600), zeros(80));
    const trackBox = box('trak', box('tkhd', [1], zeros(19), u32(1), zeros(60)), box('edts', list));
    const moov = box('moov', header, trackBox);
    const wide = [...u32(1), ...Buffer.from('mdat'), ...zeros(4), ...u32(16 + 20), ...zeros(20)];
    expect(await readEdit(new Blob([Uint8Array.from([...wide, ...moov])]), 1)).toEqual({
      endSeconds: 1.5,
      hasMore: false,
    });
  });
});
