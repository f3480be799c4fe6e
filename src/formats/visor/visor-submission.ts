import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import { VISOR_SIZE } from '../../core/relate-sizes.ts';
import { compareCodePoints } from '../code-points.ts';
import { pythonJson } from '../python-json.ts';
import { writeZip } from '../zip-writer.ts';
import { followBorders, type PlaneBox } from './border-following.ts';
import type { EntityNames } from './entity-names.ts';
import { segmentsJson } from './segments-json.ts';
import { videoOfSequence } from './visor-names.ts';

/** Source: C6-SemiVOS `pngs_to_visor.py`. */
const INFO = {
  'Dataset Name': 'VISOR',
  Challenge: 'semi_supervised_vos',
  Version: '0.1',
  Resolution: '854x480',
  'Release Date': 'Aug 2022',
  URL: 'https://epic-kitchens.github.io/VISOR',
  Details: 'This is a VISOR VOS submission file. All annotations must have 854x480 resolution',
};

/** A frame of a submission. */
export interface SubmissionFrame {
  /** As `P01_107_seq_00001`. */
  readonly sequence: string;
  /** File name without extension, as `P01_107_frame_0000000155`. */
  readonly stem: string;
  /** Row-major object ids of 854 × 480 pixels; not kept. */
  readonly ids: Uint8Array;
}

/**
 * Writes the JSON of a submission to the semi-supervised VOS challenge, byte for byte as
 * C6-SemiVOS `pngs_to_visor.py` does, frame by frame. Polygons are the borders of the masks and
 * lose nothing: filled as VISOR fills, they are the masks again.
 * @param frames by sequence and frame name, in the order of code points
 * @throws StudioError `file-invalid` for an object without a name
 */
export async function* writeSubmission(
  frames: AsyncIterable<SubmissionFrame>,
  names: EntityNames,
): AsyncGenerator<string, void> {
  yield `{"info": ${pythonJson(INFO)}, "video_annotations": [`;
  let previous: SubmissionFrame | undefined;
  for await (const frame of frames) {
    invariant(
      previous === undefined || isInOrder(previous, frame),
      `frame ${frame.stem} comes too late in a submission`,
    );
    yield `${previous === undefined ? '' : ', '}${frameJson(frame, names)}`;
    previous = frame;
  }
  yield ']}';
}

/** The file to upload: a zip of `val.json`, as a stream. */
export function writeSubmissionZip(
  frames: AsyncIterable<SubmissionFrame>,
  names: EntityNames,
  { modified }: { readonly modified: Date },
): AsyncGenerator<Uint8Array, void> {
  async function* bytes() {
    const encoder = new TextEncoder();
    for await (const text of writeSubmission(frames, names)) yield encoder.encode(text);
  }
  async function* files() {
    yield { name: 'val.json', bytes: bytes() };
  }
  return writeZip(files(), { modified });
}

function isInOrder(a: SubmissionFrame, b: SubmissionFrame): boolean {
  return (compareCodePoints(a.sequence, b.sequence) || compareCodePoints(a.stem, b.stem)) < 0;
}

function frameJson({ sequence, stem, ids }: SubmissionFrame, names: EntityNames): string {
  const { width, height } = VISOR_SIZE;
  invariant(ids.length === width * height, 'a submission has masks of 854 × 480 pixels');
  const video = videoOfSequence(sequence);
  const name = `${stem}.png`;
  const image = { image_path: `${video}/${name}`, name, video, subsequence: sequence };
  const annotations = [...boxesOfIds(ids, width)].map(([id, box]) => {
    const entity = names.get(sequence)?.get(id) ?? refuseNameless(sequence, id);
    const segments = segmentsJson(followBorders({ ids, width, id, box }));
    return `{"name": ${pythonJson(entity)}, "segments": ${segments}}`;
  });
  return `{"image": ${pythonJson(image)}, "annotations": [${annotations.join(', ')}]}`;
}

/** The box around each id but 0, by ascending id. */
function boxesOfIds(ids: Uint8Array, width: number): Map<number, PlaneBox> {
  const corners = new Map<number, { x0: number; y0: number; x1: number; y1: number }>();
  for (const [at, id] of ids.entries()) {
    if (id === 0) continue;
    const x = at % width;
    const y = (at - x) / width;
    const box = corners.get(id);
    if (box === undefined) {
      corners.set(id, { x0: x, y0: y, x1: x, y1: y });
      continue;
    }
    if (x < box.x0) box.x0 = x;
    if (x > box.x1) box.x1 = x;
    box.y1 = y;
  }
  return new Map(
    [...corners]
      .sort(([a], [b]) => a - b)
      .map(([id, { x0, y0, x1, y1 }]) => [
        id,
        { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 },
      ]),
  );
}

function refuseNameless(sequence: string, id: number): never {
  throw new StudioError('file-invalid', `Object ${id} of “${sequence}” has no entity name.`, {
    hint: 'The challenge asks for VISOR’s own names; import its ground truth or mapping first.',
  });
}
