import type { ClipExporter } from '../../src/exchange/clip-exporter.ts';
import type { ExportProgress } from '../../src/protocol/export-api.ts';
import type { VideoInfo } from '../../src/protocol/media-api.ts';
import { craftZip, type CraftedFile } from './craft-zip.ts';
import {
  buildMasks,
  buildRequest,
  buildVideo,
  CLIP_SHA256,
  FakeMediaPort,
} from './export-fakes.ts';
import { DOWNLOAD, exporterFor } from './export-worker.ts';

interface Import {
  readonly file: Blob;
  readonly video?: VideoInfo;
  readonly videoSha256?: string;
  readonly stage?: FakeMediaPort;
  readonly retainedBytes?: number;
  readonly onProgress?: (progress: ExportProgress, exporter: ClipExporter) => void;
}

/** Imports a file onto the clip of `buildVideo`, where nothing else is said. */
export async function importInto({ file, stage = new FakeMediaPort(), ...rest }: Import) {
  const exporter = await exporterFor(stage, rest);
  return exporter.importFile(
    {
      name: 'import',
      files: [{ file: new File([file], 'import'), path: 'import' }],
      video: rest.video ?? buildVideo(),
      videoSha256: rest.videoSha256 ?? CLIP_SHA256,
    },
    (progress) => rest.onProgress?.(progress, exporter),
  );
}

/** What the studio itself writes of `buildMasks`. */
export async function exported(kind: 'project' | 'png-zip', changes = {}): Promise<Blob> {
  const exporter = await exporterFor(new FakeMediaPort(buildMasks()));
  const { file } = await exporter.exportFile(
    buildRequest({ ...changes, format: { kind } }),
    DOWNLOAD,
    () => {},
  );
  return file ?? new Blob();
}

/** A zip of these files. */
export function zip(files: Record<string, Uint8Array>): Blob {
  return craftZip(Object.entries(files).map(([name, content]): CraftedFile => ({ name, content })));
}
