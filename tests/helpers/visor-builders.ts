import { blobFile, type SourceFile } from '../../src/formats/source-file.ts';

export type Points = readonly (readonly [number, number])[];

/** An annotation as the release has it; `fields` override. */
export function buildAnnotation(name: string, segments: unknown, fields: object = {}): object {
  return { id: `${name}-id`, name, class_id: 1, exhaustive: 'y', segments, ...fields };
}

/** A square with its corner at x, y; outlines included it is `side + 1` wide. */
export function square(x: number, y: number, side = 100): Points {
  return [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ];
}

interface FrameFields {
  readonly sequence?: number;
  readonly annotations?: readonly object[];
  /** Instead of what the release would have. */
  readonly image?: object;
}

/** An item of `video_annotations` of a sparse file of P01_107. */
export function buildFrame(number: number, fields: FrameFields = {}): object {
  const name = `P01_107_frame_${String(number).padStart(10, '0')}.jpg`;
  const sequence = String(fields.sequence ?? 1).padStart(5, '0');
  return {
    image: {
      image_path: `P01_107/${name}`,
      name,
      subsequence: `P01_107_seq_${sequence}`,
      video: 'P01_107',
      ...fields.image,
    },
    annotations: fields.annotations ?? [buildAnnotation('plate', [square(100, 100)])],
  };
}

/** The same of a dense file: a PNG's name, and the run that it belongs to. */
export function buildDenseFrame(number: number, run: number, fields: FrameFields = {}): object {
  const name = `P01_107_frame_${String(number).padStart(10, '0')}.png`;
  const image = {
    image_path: `P01_107/${name}`,
    name,
    interpolation: `P01_107_interp_${run}`,
    interpolation_start_frame: name,
    interpolation_end_frame: name,
    ...fields.image,
  };
  return buildFrame(number, { ...fields, image });
}

export function visorText(frames: readonly object[]): string {
  return JSON.stringify({ info: { 'Dataset Name': 'VISOR' }, video_annotations: frames });
}

export function visorFile(frames: readonly object[]): SourceFile {
  return textFile(visorText(frames));
}

export function textFile(text: string, path = 'P01_107.json'): SourceFile {
  return blobFile(path, new Blob([text]));
}
