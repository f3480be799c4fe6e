import '../src/core/dispose-polyfill.ts';
import { expose, wrap } from 'comlink';
import { ClipExporter } from '../src/exchange/clip-exporter.ts';
import { installErrorTransfer } from '../src/protocol/error-transfer.ts';
import type { ExportApi } from '../src/protocol/export-api.ts';
import type { MediaPort, PicturePort, TruthPort } from '../src/protocol/media-api.ts';
import { ExportFiles } from '../src/storage/export-target.ts';

installErrorTransfer();
const exporter: ExportApi = new ClipExporter({
  connect: (port) => wrap<MediaPort & PicturePort & TruthPort>(port),
  files: new ExportFiles({
    root: () => navigator.storage.getDirectory(),
    locks: navigator.locks,
    context: crypto.randomUUID(),
  }),
  retainedBytes: 128 * 1024 * 1024,
});
expose(exporter);
