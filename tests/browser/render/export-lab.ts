import { proxy, transfer, wrap, type Remote } from 'comlink';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import type {
  ExportApi,
  ExportOutcome,
  ExportProgress,
  ExportRequest,
  ExportTarget,
} from '../../../src/protocol/export-api.ts';
import type { VideoFormat } from '../../../src/protocol/export-format.ts';
import type {
  MediaApi,
  MediaPort,
  PicturePort,
  MediaSource,
  VideoInfo,
} from '../../../src/protocol/media-api.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import { buildRequest } from '../../helpers/export-fakes.ts';
import { fixture } from '../media/clips.ts';

installErrorTransfer();

/** A decode worker with a clip, and an export worker that is fed by it. */
export interface ExportLab extends Disposable {
  readonly info: VideoInfo;
  readonly exporter: Remote<ExportApi>;
  readonly media: Remote<MediaPort & PicturePort>;
}

/** Opens labs and ends them after each test. */
export class LabShelf implements Disposable {
  readonly #open: ExportLab[] = [];

  /** @param source a clip, or the name of a fixture */
  async open(source: string | MediaSource): Promise<ExportLab> {
    const lab = await startLab(
      typeof source === 'string' ? { kind: 'file', file: await fixture(source) } : source,
    );
    this.#open.push(lab);
    return lab;
  }

  [Symbol.dispose](): void {
    for (const lab of this.#open.splice(0)) lab[Symbol.dispose]();
  }
}

/** Starts the two real workers on a clip. */
async function startLab(source: MediaSource): Promise<ExportLab> {
  const decodeWorker = new Worker(new URL('../../../workers/decode.worker.ts', import.meta.url), {
    type: 'module',
  });
  const exportWorker = new Worker(new URL('../../../workers/export.worker.ts', import.meta.url), {
    type: 'module',
  });
  const api = wrap<MediaApi>(decodeWorker);
  const exporter = wrap<ExportApi>(exportWorker);
  const info = await api.open(source);
  const connect = async () => {
    const { port1, port2 } = new MessageChannel();
    await api.connect(transfer(port2, [port2]));
    return port1;
  };
  const port = await connect();
  await exporter.connectMedia(transfer(port, [port]));
  return {
    info,
    exporter,
    media: wrap<MediaPort & PicturePort>(await connect()),
    [Symbol.dispose]() {
      decodeWorker.terminate();
      exportWorker.terminate();
    },
  };
}

/** A mask that walks to the right, a pixel a frame. */
export function walkingMask({ width, height }: VideoInfo, frame: number): MaskRle {
  const data = new Uint8Array(width * height);
  for (let y = Math.floor(height / 2); y < height; y++) {
    for (let x = frame; x < Math.min(frame + 40, width); x++) data[y * width + x] = 1;
  }
  return encodeRle({ width, height, data });
}

/** Gives the clip an object on each frame but every tenth. */
export async function putWalkingMasks({ info, media }: ExportLab): Promise<void> {
  const masks = Array.from({ length: info.frameCount }, (_, frame) => frame)
    .filter((frame) => frame % 10 !== 9)
    .map((frame) => ({
      objectId: objectId(1),
      frame: frameIndex(frame),
      mask: walkingMask(info, frame),
      origin: 'tracked' as const,
    }));
  await media.putMasks(masks);
}

interface LabExport {
  readonly format: Partial<VideoFormat> & Pick<VideoFormat, 'look'>;
  readonly target?: ExportTarget;
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** Exports the clip as a video; the whole of it as MP4 unless told otherwise. */
export async function exportVideo(
  { exporter, info }: ExportLab,
  { format, target = { kind: 'download' }, onProgress = () => {} }: LabExport,
): Promise<ExportOutcome & { readonly file: File }> {
  const request: ExportRequest = buildRequest({
    video: info,
    format: {
      kind: 'video',
      container: 'mp4',
      hasSound: true,
      first: frameIndex(0),
      last: frameIndex(info.frameCount - 1),
      ...format,
    },
  });
  const outcome = await exporter.exportFile(request, target, proxy(onProgress));
  return { ...outcome, file: outcome.file ?? new File([], 'none') };
}
