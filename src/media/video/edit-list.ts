/** The part of a track's media that an MP4 or MOV file presents. */
export interface PresentedEdit {
  /** Presentation time at which it ends, in seconds. */
  readonly endSeconds: number;
  /** Whether more parts follow, which nothing here presents. */
  readonly hasMore: boolean;
}

/** A box inside bytes that are in memory: its content is `[start, end)`. */
interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Larger movie headers belong to days of video; their edit list is not looked for. */
const MAX_MOVIE_BYTES = 256 * 1024 * 1024;

/**
 * Where the track's edit list ends: what phones write when a clip is trimmed without encoding it
 * again. mediabunny reads where an edit starts and leaves its end to us. Undefined where the file
 * has no edit list, or one without an end. Source: ISO/IEC 14496-12 §8.6.6.
 */
export async function readEdit(file: Blob, trackId: number): Promise<PresentedEdit | undefined> {
  const movie = await readMovie(file);
  if (movie === undefined) return undefined;
  const whole = { type: 'moov', start: 0, end: movie.byteLength };
  const header = childOf(movie, whole, 'mvhd');
  const track = childrenOf(movie, whole).find(
    (box) => box.type === 'trak' && trackIdOf(movie, box) === trackId,
  );
  const edits = track && childOf(movie, track, 'edts');
  const list = edits && childOf(movie, edits, 'elst');
  if (header === undefined || list === undefined) return undefined;
  const isLong = movie.getUint8(header.start) === 1;
  return firstEdit(movie, list, movie.getUint32(header.start + (isLong ? 20 : 12)));
}

/** The first entry that shows media; empty entries before it are a delay. */
function firstEdit(movie: DataView, list: Box, timescale: number): PresentedEdit | undefined {
  const isLong = movie.getUint8(list.start) === 1;
  const count = movie.getUint32(list.start + 4);
  const entryBytes = isLong ? 20 : 12;
  let ticks = 0;
  for (let i = 0, at = list.start + 8; i < count && at + entryBytes <= list.end; i++) {
    const duration = isLong ? Number(movie.getBigUint64(at)) : movie.getUint32(at);
    const mediaTime = isLong ? Number(movie.getBigInt64(at + 8)) : movie.getInt32(at + 4);
    ticks += duration;
    if (mediaTime >= 0) {
      if (duration === 0) return undefined;
      return { endSeconds: ticks / timescale, hasMore: i + 1 < count };
    }
    at += entryBytes;
  }
  return undefined;
}

function trackIdOf(movie: DataView, track: Box): number | undefined {
  const header = childOf(movie, track, 'tkhd');
  if (header === undefined) return undefined;
  return movie.getUint32(header.start + (movie.getUint8(header.start) === 1 ? 20 : 12));
}

/** The content of the `moov` box, found by the sizes of the boxes before it. */
async function readMovie(file: Blob): Promise<DataView | undefined> {
  for (let at = 0; at + 8 <= file.size;) {
    const header = new DataView(await file.slice(at, at + 16).arrayBuffer());
    const box = readBox(header, 0, file.size - at);
    if (box === undefined) return undefined;
    if (box.type === 'moov') {
      if (box.end > MAX_MOVIE_BYTES) return undefined;
      return new DataView(await file.slice(at + box.start, at + box.end).arrayBuffer());
    }
    at += box.end;
  }
  return undefined;
}

function childOf(data: DataView, parent: Box, type: string): Box | undefined {
  return childrenOf(data, parent).find((box) => box.type === type);
}

function childrenOf(data: DataView, parent: Box): Box[] {
  const children: Box[] = [];
  for (let at = parent.start; at + 8 <= parent.end;) {
    const box = readBox(data, at, parent.end);
    if (box === undefined || box.end > parent.end) break;
    children.push(box);
    at = box.end;
  }
  return children;
}

/** The box at `at`; undefined where its size makes no sense. `end` is where its parent ends. */
function readBox(data: DataView, at: number, end: number): Box | undefined {
  const size = data.getUint32(at);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => data.getUint8(at + i)));
  if (size === 0) return { type, start: at + 8, end };
  if (size === 1) {
    if (at + 16 > data.byteLength) return undefined;
    return { type, start: at + 16, end: at + Number(data.getBigUint64(at + 8)) };
  }
  return size < 8 ? undefined : { type, start: at + 8, end: at + size };
}
