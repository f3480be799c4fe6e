import { invariant } from '../../core/assert.ts';
import type { Size } from '../../core/geometry.ts';
import { safeFileName } from '../frame-names.ts';
import { IndexedPngWriter } from '../png-writer.ts';
import { writeZip, type ZipFile } from '../zip-writer.ts';

/** A frame of a result. */
export interface ResultFrame {
  readonly sequence: string;
  /** The ground truth's file name without extension. */
  readonly stem: string;
  readonly size: Size;
  /** Row-major object ids; not kept. */
  readonly ids: Uint8Array;
}

/**
 * The zip that DAVIS's and VISOR's evaluators take, `<sequence>/<frame>.png`, as a stream: indexed
 * PNGs with the DAVIS palette, pixel value = object id. Frames may be of any size and number of
 * sequences; one is held at a time.
 */
export function writeResultsZip(
  frames: AsyncIterable<ResultFrame>,
  { modified }: { readonly modified: Date },
): AsyncGenerator<Uint8Array, void> {
  return writeZip(resultFiles(frames), { modified });
}

async function* resultFiles(frames: AsyncIterable<ResultFrame>): AsyncGenerator<ZipFile, void> {
  const written = new Set<string>();
  let writer: { readonly png: IndexedPngWriter; readonly size: Size } | undefined;
  for await (const { sequence, stem, size, ids } of frames) {
    const name = `${safeFileName(sequence)}/${safeFileName(stem)}.png`;
    invariant(!written.has(name), `the result has ${name} twice`);
    written.add(name);
    if (writer?.size.width !== size.width || writer.size.height !== size.height) {
      writer = { png: new IndexedPngWriter(size), size };
    }
    yield { name, bytes: await writer.png.encode(ids) };
  }
}
