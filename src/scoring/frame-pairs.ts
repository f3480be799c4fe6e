import { StudioError } from '../core/errors.ts';
import type { IdPlane, ScoreProtocol } from '../core/scores.ts';
import type { MaskFolder } from './mask-folder.ts';
import { PROTOCOL_RULES, scoredRange } from './protocols.ts';
import type { ScoreFolder } from './score-folders.ts';

/** A frame of a folder and what of it has to be read. */
export interface FrameTask {
  /** The file's name. */
  readonly name: string;
  readonly path: string;
  /** `truth`: only for the ids of the first frame; `nothing`: the protocol does not look at it. */
  readonly reads: 'both' | 'truth' | 'nothing';
  /** In SA-V's layout of one folder an object: anything but 0 is the object. */
  readonly isBinary: boolean;
}

/** A frame that has been read. */
export interface LoadedPair {
  readonly name: string;
  /** Absent where nothing had to be read. */
  readonly planes?: { readonly truth: IdPlane; readonly prediction: IdPlane };
}

/** All frames of a folder in order. The official tools open no more files than these. */
export function frameTasks(folder: ScoreFolder, protocol: ScoreProtocol): FrameTask[] {
  const rules = PROTOCOL_RULES[protocol];
  const { start, end } = scoredRange(rules, folder.frames.length);
  return folder.frames.map((name, index) => {
    const isScored = index >= start && index < end;
    const tellsIds = index === 0 && rules.objects === 'first-frame';
    return {
      name,
      path: `${folder.path}/${name}`,
      reads: isScored ? 'both' : tellsIds ? 'truth' : 'nothing',
      isBinary: folder.object !== undefined,
    };
  });
}

/**
 * Reads a frame's planes; an empty prediction stands for one that is not looked at.
 * @throws StudioError `file-invalid`, naming the file
 */
export async function loadPair(
  { name, path, reads, isBinary }: FrameTask,
  trees: { readonly truth: MaskFolder; readonly prediction: MaskFolder },
): Promise<LoadedPair> {
  if (reads === 'nothing') return { name };
  const read = async (tree: MaskFolder) => {
    const plane = await tree.read(path);
    return isBinary ? binaryPlane(plane, `${tree.name}/${path}`) : plane;
  };
  const [truth, prediction] = await Promise.all([
    read(trees.truth),
    reads === 'both' ? read(trees.prediction) : undefined,
  ]);
  return { name, planes: { truth, prediction: prediction ?? emptyPlane(truth) } };
}

function emptyPlane({ width, height, ids }: IdPlane): IdPlane {
  return { width, height, ids: new Uint8Array(ids.length) };
}

function binaryPlane(plane: IdPlane, path: string): IdPlane {
  if (new Set(plane.ids).size > 2) {
    throw new StudioError('file-invalid', `${path} shows more than one object.`, {
      hint: 'In a folder of its own, an object’s masks hold two values: background and object.',
    });
  }
  return { ...plane, ids: plane.ids.map((id) => (id === 0 ? 0 : 1)) };
}
