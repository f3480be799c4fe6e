import { frameIndex, objectId } from '../../src/core/ids.ts';
import { decodeRle, encodeRle } from '../../src/core/rle.ts';
import type { MaskFormatKind } from '../../src/exchange/export-masks.ts';
import type { ExportProgress, ExportRequest } from '../../src/protocol/export-api.ts';
import type { FrameMask, VideoInfo } from '../../src/protocol/media-api.ts';
import { boxMask, buildRequest, buildVideo, FakeMediaPort } from './export-fakes.ts';
import { exporterFor } from './export-worker.ts';
import { seededBytes } from './seeded-random.ts';

/** The clip of these exports. */
export const VIDEO = buildVideo({ width: 31, height: 22 });
const PIXELS = VIDEO.width * VIDEO.height;
/** Boxes that overlap on frame 1, noise, an object that hides another, an empty mask. */
export function masks(): FrameMask[] {
  const noise = seededBytes(3, PIXELS).map((byte) => (byte < 90 ? 1 : 0));
  return [
    { objectId: objectId(1), frame: frameIndex(0), mask: boxMask(VIDEO, [3, 5, 20, 18]) },
    { objectId: objectId(1), frame: frameIndex(1), mask: boxMask(VIDEO, [0, 0, 16, 16]) },
    { objectId: objectId(2), frame: frameIndex(1), mask: boxMask(VIDEO, [10, 10, 31, 22]) },
    { objectId: objectId(2), frame: frameIndex(2), mask: encodeRle({ ...VIDEO, data: noise }) },
    { objectId: objectId(1), frame: frameIndex(4), mask: boxMask(VIDEO, [0, 0, 31, 22]) },
    { objectId: objectId(2), frame: frameIndex(4), mask: boxMask(VIDEO, [5, 5, 9, 9]) },
    { objectId: objectId(1), frame: frameIndex(2), mask: boxMask(VIDEO, [0, 0, 0, 0]) },
  ];
}

/** Frame 3 is known to hold object 2 no more; nobody has looked at nothing else. */
export function request(changes: Partial<ExportRequest> = {}): ExportRequest {
  const base = buildRequest({ video: VIDEO });
  return { ...base, prompts: base.prompts.filter(({ frame }) => frame === 0), ...changes };
}

/** Row-major, 0 and 1. */
export function pixelsOf(id: number, frame: number): number[] {
  const mask = masks().find((item) => item.objectId === id && item.frame === frame)?.mask;
  return mask === undefined ? Array.from({ length: PIXELS }, () => 0) : [...decodeRle(mask).data];
}

/** The frame's own pixels: noise. */
export const rgbaOf = (frame: number) =>
  Uint8ClampedArray.from(seededBytes(frame + 40, PIXELS * 4), (byte, i) =>
    i % 4 === 3 ? 255 : byte,
  );

/** The file that an export of `masks` writes. */
export async function exported(
  kind: MaskFormatKind,
  changes: Partial<ExportRequest> = {},
  onProgress: (progress: ExportProgress) => void = () => {},
): Promise<Blob> {
  const media = new FakeMediaPort(masks());
  const { width, height } = VIDEO;
  media.pixelsOf = (frame) => ({ width, height, frame, rgba: rgbaOf(frame) });
  const exporter = await exporterFor(media, { retainedBytes: 0 });
  const { file } = await exporter.exportFile(
    { ...request(changes), format: { kind } },
    { kind: 'download' },
    onProgress,
  );
  return file ?? new Blob();
}

/** Work to write: objects by name from 1 on, and their masks. */
interface WrittenWork {
  readonly video: VideoInfo;
  readonly names: readonly string[];
  readonly masks: readonly FrameMask[];
}

/** The file that an export of these masks writes; a mask without a pixel was looked for. */
export async function writeDataset(
  kind: MaskFormatKind,
  { video, names, masks: all }: WrittenWork,
): Promise<Blob> {
  const media = new FakeMediaPort(all);
  const exporter = await exporterFor(media, { retainedBytes: 0 });
  const objects = names.map((name, at) => ({ id: objectId(at + 1), name, color: '#808080' }));
  const { file } = await exporter.exportFile(
    buildRequest({ video, objects, prompts: [], summaries: [], format: { kind } }),
    { kind: 'download' },
    () => {},
  );
  return file ?? new Blob();
}
