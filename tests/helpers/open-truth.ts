import type { ClipExporter } from '../../src/exchange/clip-exporter.ts';
import type { ExportProgress, ImportOutcome } from '../../src/protocol/export-api.ts';
import type {
  TruthFile,
  TruthOutcome,
  TruthProgress,
  TruthRequest,
} from '../../src/protocol/ground-truth-api.ts';
import type { VideoInfo } from '../../src/protocol/media-api.ts';
import { craftZip } from './craft-zip.ts';
import { buildVideo, FakeMediaPort } from './export-fakes.ts';
import { exporterFor } from './export-worker.ts';

/** A clip of P01_107 at 50 frames a second: VISOR's frame n is the clip's frame n − 1. */
export function visorClip(changes: Partial<VideoInfo> = {}): VideoInfo {
  const frameCount = changes.frameCount ?? 40;
  return buildVideo({
    name: 'P01_107.mp4',
    width: 1920,
    height: 1080,
    timestampsUs: Float64Array.from({ length: frameCount }, (_, i) => i * 20_000),
    frameRate: 50,
    ...changes,
    frameCount,
  });
}

export type FileContents = Readonly<Record<string, string | Blob | Uint8Array<ArrayBuffer>>>;

export function truthFiles(contents: FileContents): TruthFile[] {
  return Object.entries(contents).map(([path, content]) => ({
    path,
    file: new File([content], path.slice(path.lastIndexOf('/') + 1)),
  }));
}

/** A zip of files, deflated. */
export function zipOf(contents: Readonly<Record<string, string | Uint8Array>>): Blob {
  return craftZip(
    Object.entries(contents).map(([name, content]) => ({
      name,
      content: typeof content === 'string' ? Buffer.from(content) : content,
      isDeflated: true,
    })),
  );
}

interface TruthOpening extends Partial<Omit<TruthRequest, 'files'>> {
  readonly files: FileContents;
  readonly media?: FakeMediaPort;
  readonly onProgress?: (progress: TruthProgress, exporter: ClipExporter) => void;
}

interface MaskImport {
  readonly content: string | Blob;
  readonly name?: string;
  /** Further files, of a folder or chosen together. */
  readonly beside?: FileContents;
  readonly video?: VideoInfo;
  readonly media?: FakeMediaPort;
  readonly retainedBytes?: number;
  readonly onProgress?: (progress: ExportProgress, exporter: ClipExporter) => void;
}

/** Imports masks as the user's own through the whole export worker but its thread. */
export async function importMasksOf({
  content,
  name = 'masks',
  beside = {},
  video = visorClip(),
  media = new FakeMediaPort(),
  onProgress,
  ...parts
}: MaskImport): Promise<ImportOutcome> {
  const exporter = await exporterFor(media, parts);
  const files = truthFiles({ [name]: content, ...beside });
  return exporter.importFile({ name, files, video, videoSha256: 'c'.repeat(64) }, (progress) =>
    onProgress?.(progress, exporter),
  );
}

/** Opens a ground truth through the whole export worker but its thread. */
export async function openTruth({
  files,
  media = new FakeMediaPort(),
  onProgress,
  ...request
}: TruthOpening): Promise<TruthOutcome> {
  const exporter = await exporterFor(media);
  return exporter.openGroundTruth(
    {
      name: 'truth',
      video: visorClip(),
      rule: 'first-frame',
      offsetFrames: 0,
      ...request,
      files: truthFiles(files),
    },
    (progress) => onProgress?.(progress, exporter),
  );
}
