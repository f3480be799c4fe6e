import { compareCodePoints } from '../code-points.ts';
import { fileStem } from '../frame-names.ts';
import type { SourceFile } from '../source-file.ts';
import type { VisorFrame } from './visor-annotations.ts';
import { VisorDefects } from './visor-defects.ts';
import { readVisorFrames, type VisorReading } from './visor-reader.ts';

/** What the first pass over a VISOR file keeps of a frame. */
export interface SurveyedFrame {
  readonly path: string;
  /** File name without extension, as `P01_01_frame_0000000140`. */
  readonly stem: string;
  readonly sequence: string;
  readonly video: string;
  readonly canvas: VisorFrame['canvas'];
  /** Distinct names of the entities that have segments. */
  readonly entities: readonly string[];
}

/** All frames of a VISOR file without their polygons. */
export interface VisorSurvey {
  /** Sorted by path, as VISOR's own tools do first. */
  readonly frames: readonly SurveyedFrame[];
  /** How often the file lists each path that it lists more than once. */
  readonly repeats: ReadonlyMap<string, number>;
  /** What was mended, one sentence each. */
  readonly notices: readonly string[];
}

/**
 * The first pass over a VISOR file: which sequences and entities there are. Object ids follow from
 * all frames of a sequence, and the file is in no order, so that nothing can be drawn before.
 * Holds names only.
 * @throws StudioError `file-invalid`; the signal's reason
 */
export async function surveyVisor(
  file: SourceFile,
  options: Omit<VisorReading, 'defects'> = {},
): Promise<VisorSurvey> {
  const defects = new VisorDefects();
  const frames: SurveyedFrame[] = [];
  const counts = new Map<string, number>();
  const names = new NamePool();
  for await (const frame of readVisorFrames(file, { ...options, defects })) {
    const count = (counts.get(frame.path) ?? 0) + 1;
    counts.set(frame.path, count);
    if (count > 1 && frame.canvas === 'sparse') defects.add('listed-twice', frame.path);
    frames.push(surveyed(frame, names));
  }
  frames.sort((a, b) => compareCodePoints(a.path, b.path));
  return {
    frames,
    repeats: new Map([...counts].filter(([, count]) => count > 1)),
    notices: defects.notices(),
  };
}

function surveyed(frame: VisorFrame, names: NamePool): SurveyedFrame {
  const drawn = frame.annotations.filter(({ segments }) => segments.length > 0);
  return {
    path: frame.path,
    stem: fileStem(frame.name),
    sequence: names.shared(frame.sequence),
    video: names.shared(frame.video),
    canvas: frame.canvas,
    entities: [...new Set(drawn.map(({ name }) => names.shared(name)))],
  };
}

/** One string for all equal ones: a name occurs in thousands of frames. */
class NamePool {
  readonly #names = new Map<string, string>();

  shared(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    this.#names.set(name, name);
    return name;
  }
}
