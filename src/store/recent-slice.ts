import type { ProjectRecord } from '../storage/project-record.ts';

/** A project of an earlier visit, as the list shows it. */
export interface RecentProject {
  readonly id: string;
  /** Of the clip: file or folder. */
  readonly name: string;
  readonly clipKind: 'video' | 'folder' | 'zip';
  readonly objectCount: number;
  readonly maskCount: number;
  /** RFC 3339. */
  readonly savedAt: string;
  /** Whether the clip must be asked for, because the browser cannot find it again by itself. */
  readonly needsClip: boolean;
}

/** Projects of earlier visits. */
export interface RecentSlice {
  /** Newest first. */
  readonly projects: readonly RecentProject[];
}

/** None known yet. */
export const INITIAL_RECENT: RecentSlice = { projects: [] };

/** What the list shows of a record. */
export function recentProject(record: ProjectRecord): RecentProject {
  const { id, clip, objects, maskCount, savedAt, source } = record;
  return {
    id,
    name: clip.name,
    clipKind: clip.kind === 'video' ? 'video' : /\.zip$/i.test(clip.name) ? 'zip' : 'folder',
    objectCount: objects.length,
    maskCount,
    savedAt,
    needsClip: source === undefined,
  };
}
