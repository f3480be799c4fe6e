import { ClipExporter } from '../../src/exchange/clip-exporter.ts';
import type { FakeMediaPort } from './export-fakes.ts';
import { MemoryExportFiles } from './memory-export-files.ts';

export const DOWNLOAD = { kind: 'download' } as const;

/** Kinds of file that are written from masks alone, of clips of any shape. */
export const MASK_KINDS = [
  'png-zip',
  'object-png-zip',
  'project',
  'coco',
  'youtube-vis',
  'youtube-vos',
  'sav',
] as const;

interface ExporterParts {
  readonly files?: MemoryExportFiles;
  readonly retainedBytes?: number;
}

/** What the export worker exposes, connected to a fake of the decode worker. */
export async function exporterFor(
  media: FakeMediaPort,
  { files = new MemoryExportFiles(), retainedBytes = 1 << 20 }: ExporterParts = {},
): Promise<ClipExporter> {
  const exporter = new ClipExporter({ connect: () => media, files, retainedBytes });
  const { port1 } = new MessageChannel();
  await exporter.connectMedia(port1);
  port1.close();
  return exporter;
}
