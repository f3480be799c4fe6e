import type { Size } from '../../core/geometry.ts';
import type { ObjectId } from '../../core/ids.ts';
import { fileStem } from '../frame-names.ts';
import type { SourceFile } from '../source-file.ts';
import { DenseRepeats } from './dense-repeats.ts';
import type { EntityIds } from './entity-ids.ts';
import { FrameRasterizer } from './frame-rasterizer.ts';
import { VisorDefects } from './visor-defects.ts';
import { readVisorFrames, type VisorReading } from './visor-reader.ts';
import type { VisorSurvey } from './visor-survey.ts';

/** A frame of a VISOR file as a plane of object ids. */
export interface RasterFrame {
  readonly sequence: string;
  /** File name without extension. */
  readonly stem: string;
  /** Row-major; valid until the next frame. Absent when none of the objects shows. */
  readonly ids?: Uint8Array;
}

/** How a VISOR file is drawn. */
export interface RasterPlan extends Omit<VisorReading, 'defects'> {
  readonly survey: VisorSurvey;
  readonly entityIds: EntityIds;
  /** Of the planes; 854 × 480 where absent. */
  readonly size?: Size;
  /** All where absent. */
  readonly sequences?: ReadonlySet<string>;
}

const NO_ENTITIES: ReadonlyMap<string, ObjectId> = new Map();

/**
 * The second pass over a VISOR file: draws its frames, in the order of the file. One frame is held
 * at a time. A sparse frame that is listed twice comes twice; the last plane that there is counts.
 * @throws StudioError `file-invalid`; the signal's reason
 */
export async function* rasterizeVisor(
  file: SourceFile,
  { survey, entityIds, size, sequences, ...reading }: RasterPlan,
): AsyncGenerator<RasterFrame, void> {
  const rasterizer = new FrameRasterizer(size);
  const repeats = new DenseRepeats(survey.repeats);
  // The survey has told them already.
  const defects = new VisorDefects();
  for await (const listing of readVisorFrames(file, { ...reading, defects })) {
    if (sequences !== undefined && !sequences.has(listing.sequence)) continue;
    const frame = repeats.join(listing);
    if (frame === undefined) continue;
    const { sequence } = frame;
    const ids = rasterizer.rasterize(frame, entityIds.get(sequence) ?? NO_ENTITIES);
    yield { sequence, stem: fileStem(frame.name), ...(ids && { ids }) };
  }
}
