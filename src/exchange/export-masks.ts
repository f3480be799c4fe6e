import type { ExportFormat } from '../protocol/export-format.ts';
import type { ExportOutcome, ExportRequest } from '../protocol/export-api.ts';
import type { ExportSink } from '../storage/export-target.ts';
import { cocoJson } from './datasets/coco-json.ts';
import { cutOutPngZip } from './datasets/cut-out-png-zip.ts';
import { objectPngZip } from './datasets/object-png-zip.ts';
import { savJson } from './datasets/sav-json.ts';
import { visorJson } from './datasets/visor-json.ts';
import { youtubeVisJson, youtubeVisPasses } from './datasets/youtube-vis-json.ts';
import { youtubeVosZip } from './datasets/youtube-vos-zip.ts';
import { framesWithMasks, type FrameContent } from './frame-masks.ts';
import { passProgress } from './pass-progress.ts';
import { pngZip } from './png-zip.ts';
import { projectJson } from './project-json.ts';
import type { ExportTask, MaskTask } from './task.ts';
import { writeFile } from './write-file.ts';

/** A format of masks: all but moving pictures. */
export type MaskFormatKind = Exclude<ExportFormat['kind'], 'video' | 'gif'>;

interface MaskFormat {
  readonly extension: 'zip' | 'json';
  /** The file, from the frames that were annotated or tracked. */
  readonly bytes: (
    request: ExportRequest,
    frames: AsyncIterable<FrameContent>,
    task: MaskTask,
  ) => AsyncIterable<Uint8Array>;
  /** How often the masks are gone through; absent: once. */
  readonly passes?: (request: ExportRequest) => number;
}

const MASK_FORMATS: Readonly<Record<MaskFormatKind, MaskFormat>> = {
  'png-zip': { extension: 'zip', bytes: pngZip },
  'object-png-zip': { extension: 'zip', bytes: objectPngZip },
  'cut-out-png-zip': { extension: 'zip', bytes: cutOutPngZip },
  project: { extension: 'json', bytes: projectJson },
  coco: { extension: 'json', bytes: cocoJson },
  'youtube-vis': { extension: 'json', bytes: youtubeVisJson, passes: youtubeVisPasses },
  'youtube-vos': { extension: 'zip', bytes: youtubeVosZip },
  sav: { extension: 'json', bytes: savJson },
  visor: { extension: 'json', bytes: visorJson },
};

interface MaskExport {
  readonly kind: MaskFormatKind;
  readonly task: ExportTask;
  readonly sink: ExportSink;
}

/** How the format's files end, without the dot. */
export function maskFileExtension(kind: MaskFormatKind): 'zip' | 'json' {
  return MASK_FORMATS[kind].extension;
}

/**
 * Writes the masks of every frame that was annotated or tracked, as a stream.
 * @throws the task's abort reason; StudioError `storage-full`, `file-write-failed`
 */
export async function exportMasks(
  request: ExportRequest,
  { kind, task, sink }: MaskExport,
): Promise<ExportOutcome> {
  const { bytes, passes } = MASK_FORMATS[kind];
  const onProgress = passProgress(task.onProgress, 0, passes?.(request) ?? 1);
  let frames = 0;
  async function* counted(): AsyncGenerator<FrameContent, void> {
    for await (const content of framesWithMasks(request, { ...task, onProgress })) {
      frames++;
      yield content;
    }
  }
  const maskTask = { ...task, onLeftOut: () => void frames-- };
  const written = await writeFile(bytes(request, counted(), maskTask), sink);
  return { ...written, frames };
}
