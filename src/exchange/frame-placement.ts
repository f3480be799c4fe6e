import { frameIndex, type FrameIndex } from '../core/ids.ts';
import type { ProjectHead } from '../formats/project.ts';
import type { ImportRequest } from '../protocol/export-api.ts';

/** Where the frames of a file lie in the open clip. */
export interface FramePlacement {
  /** The open clip's frame for one of the file's; absent when it has none. */
  readonly frameOf: (frame: FrameIndex) => FrameIndex | undefined;
  /** What the user should know of the match, one sentence each. */
  readonly notices: readonly string[];
}

interface FileFrames {
  readonly head: ProjectHead;
  readonly frameNames: readonly (string | undefined)[];
}

/** Places frames by name where both clips name theirs, else by position. */
export function placeFrames(
  { head: { clip }, frameNames }: FileFrames,
  { video, videoSha256 }: Pick<ImportRequest, 'video' | 'videoSha256'>,
): FramePlacement {
  const notices: string[] = [];
  if (clip.sha256 !== videoSha256) {
    notices.push(
      `The project was made on another file than “${video.name}” (the SHA-256 differs); check that the masks lie where they should.`,
    );
  }
  if (clip.frameCount !== video.frameCount) {
    notices.push(
      `The project's clip has ${clip.frameCount} frames, the open clip ${video.frameCount}.`,
    );
  }
  const byName = framesByName(video.frameNames ?? []);
  if (byName !== undefined && framesByName(frameNames) !== undefined) {
    return { frameOf: (frame) => byName.get(frameNames[frame] ?? ''), notices };
  }
  return { frameOf: (frame) => (frame < video.frameCount ? frame : undefined), notices };
}

/** Absent unless every frame has a name of its own. */
function framesByName(
  names: readonly (string | undefined)[],
): ReadonlyMap<string, FrameIndex> | undefined {
  const byName = new Map<string, FrameIndex>();
  for (const [index, name] of names.entries()) {
    if (name !== undefined) byName.set(name, frameIndex(index));
  }
  return byName.size > 0 && byName.size === names.length ? byName : undefined;
}
