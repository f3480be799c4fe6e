import type { SaveSuggestion } from '../client/save-file.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { ExportKind } from './project-slice.ts';
import type { StudioState } from './studio-state.ts';

/** What an export will hold, or why there is nothing to export. */
export type ExportPlan =
  | { readonly isPossible: true; readonly info: VideoInfo; readonly objectCount: number }
  | { readonly isPossible: false; readonly reason: string };

/** Looks before an export starts whether there is anything to export. */
export function planExport(state: StudioState): ExportPlan {
  const { info } = state.video;
  if (info === undefined) return { isPossible: false, reason: 'Open a clip first.' };
  const { items } = state.tracklets;
  const objectCount = items.filter((item) => item.summaries.coveredFrames > 0).length;
  return objectCount > 0
    ? { isPossible: true, info, objectCount }
    : { isPossible: false, reason: 'There are no masks to export yet.' };
}

/** The file's name and kind, after the clip's own name. */
export function saveSuggestion(info: VideoInfo, kind: ExportKind): SaveSuggestion {
  const stem = info.name.replace(/\.[^.]+$/, '');
  return kind === 'json'
    ? {
        name: `${stem}.masks.json`,
        description: 'Project with COCO RLE masks',
        mimeType: 'application/json',
        extension: '.json',
      }
    : {
        name: `${stem}.masks.zip`,
        description: 'Zip of indexed PNG masks',
        mimeType: 'application/zip',
        extension: '.zip',
      };
}
