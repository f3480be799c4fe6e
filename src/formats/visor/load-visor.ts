import { StudioError } from '../../core/errors.ts';
import type { Size } from '../../core/geometry.ts';
import type { EntityRule } from '../../core/ground-truth.ts';
import type { MaskRle } from '../../core/rle.ts';
import { VISOR_SIZE } from '../../core/relate-sizes.ts';
import { compareCodePoints } from '../code-points.ts';
import type {
  GroundTruthFrame,
  GroundTruthObject,
  GroundTruthSequence,
} from '../ground-truth/ground-truth.ts';
import { splitIds } from '../id-plane.ts';
import type { SourceFile } from '../source-file.ts';
import { numberEntities, type EntityIds } from './entity-ids.ts';
import { rasterizeVisor } from './visor-raster.ts';
import { surveyVisor, type VisorSurvey } from './visor-survey.ts';

/** Fewest frames that a sequence keeps: `visor_to_davis.py`'s `k`. */
export const MIN_FRAMES: Record<EntityRule, number> = { 'first-frame': 2, 'all-frames': 3 };
/** Of run lengths; the largest sparse file takes some 30 MB. */
const MAX_RETAINED_BYTES = 512 * 1024 * 1024;

/** What of a VISOR file is loaded, and how. */
export interface VisorLoading {
  readonly rule: EntityRule;
  /** Of the masks; 854 × 480 where absent, at which VISOR is scored. */
  readonly size?: Size;
  /** All where absent. Name those of the open clip for a dense file. */
  readonly sequences?: ReadonlySet<string>;
  /** Of a pass before; the file is gone through once more otherwise. */
  readonly survey?: VisorSurvey;
  readonly signal?: AbortSignal;
  /** Told after each piece of the file; `bytesTotal` is for all passes. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** How far a VISOR file is read. */
export interface LoadProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** A frame or a whole sequence that the conversion leaves out, as VISOR's own does. */
export interface DroppedPart {
  readonly sequence: string;
  /** Absent for a whole sequence. */
  readonly stem?: string;
  /** A sentence. */
  readonly reason: string;
}

/** The ground truth of a VISOR file. */
export interface VisorGroundTruth {
  /** By name in the order of code points. */
  readonly sequences: readonly GroundTruthSequence[];
  /** Of all sequences, also those that were dropped: VISOR's mapping keeps them. */
  readonly entityIds: EntityIds;
  readonly dropped: readonly DroppedPart[];
  readonly notices: readonly string[];
}

/**
 * Converts a VISOR file to masks exactly as VISOR-VOS `visor_to_davis.py` does: which entities
 * become objects, their ids, pixels, frames that disappear and sequences that are too short.
 * Holds the masks as run lengths.
 * @throws StudioError `file-invalid`; `out-of-memory` past 512 MiB of masks; the signal's reason
 */
export async function loadVisor(
  file: SourceFile,
  loading: VisorLoading,
): Promise<VisorGroundTruth> {
  const { rule, signal, onProgress } = loading;
  const passes = loading.survey === undefined ? 2 : 1;
  const reading = (pass: number) => ({
    ...(signal && { signal }),
    onBytes: (bytes: number) =>
      onProgress?.({ bytesDone: pass * file.bytes + bytes, bytesTotal: passes * file.bytes }),
  });
  const survey = loading.survey ?? (await surveyVisor(file, reading(0)));
  const entityIds = numberEntities(survey, rule);
  const { size = VISOR_SIZE, sequences } = loading;
  const plan = { ...reading(passes - 1), survey, entityIds, size, ...(sequences && { sequences }) };
  const collected = new MaskCollection(size);
  for await (const { sequence, stem, ids } of rasterizeVisor(file, plan)) {
    collected.add(sequence, stem, ids);
  }
  return { ...collected.finish(entityIds, MIN_FRAMES[rule]), entityIds, notices: survey.notices };
}

type Masks = ReadonlyMap<number, MaskRle>;

/** Gathers frames by sequence. */
class MaskCollection {
  readonly #size: Size;
  /** By sequence and stem; absent masks for a frame without any object. */
  readonly #frames = new Map<string, Map<string, Masks | undefined>>();
  #bytes = 0;

  constructor(size: Size) {
    this.#size = size;
  }

  add(sequence: string, stem: string, ids: Uint8Array | undefined): void {
    const frames = this.#frames.get(sequence) ?? new Map<string, Masks | undefined>();
    this.#frames.set(sequence, frames);
    // Of two listings of a frame, an empty one takes nothing from the other.
    if (ids === undefined && frames.has(stem)) return;
    const masks = ids && splitIds(ids, this.#size);
    frames.set(stem, masks);
    for (const { counts } of masks?.values() ?? []) this.#bytes += counts.byteLength;
    if (this.#bytes > MAX_RETAINED_BYTES) throw tooManyMasks();
  }

  finish(entityIds: EntityIds, minFrames: number): Pick<VisorGroundTruth, 'sequences' | 'dropped'> {
    const sequences: GroundTruthSequence[] = [];
    const dropped: DroppedPart[] = [];
    for (const name of [...this.#frames.keys()].sort(compareCodePoints)) {
      const frames = this.#framesOf(name, dropped);
      if (frames.length < minFrames) {
        const reason = `Only ${frames.length} of its frames show an object; VISOR asks for ${minFrames}.`;
        dropped.push({ sequence: name, reason });
      } else {
        sequences.push({ name, size: this.#size, objects: objectsOf(entityIds, name), frames });
      }
    }
    return { sequences, dropped };
  }

  #framesOf(sequence: string, dropped: DroppedPart[]): GroundTruthFrame[] {
    const frames = [...(this.#frames.get(sequence) ?? [])];
    frames.sort(([a], [b]) => compareCodePoints(a, b));
    return frames.flatMap(([stem, masks]) => {
      if (masks !== undefined) return { stem, masks };
      dropped.push({ sequence, stem, reason: 'None of the objects is to be seen.' });
      return [];
    });
  }
}

function objectsOf(entityIds: EntityIds, sequence: string): GroundTruthObject[] {
  return [...(entityIds.get(sequence) ?? [])].map(([name, id]) => ({ id, name }));
}

function tooManyMasks(): StudioError {
  return new StudioError('out-of-memory', 'The masks of this file do not fit into memory.', {
    hint: 'Import single sequences of it; the list of sequences is there without loading them.',
  });
}
