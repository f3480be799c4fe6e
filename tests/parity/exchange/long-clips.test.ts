import { beforeEach, describe, expect, test } from 'vitest';
import { frameIndex, objectId, type FrameIndex } from '../../../src/core/ids.ts';
import type { ExportRequest } from '../../../src/protocol/export-api.ts';
import type { FrameMask } from '../../../src/protocol/media-api.ts';
import {
  boxMask,
  buildRequest,
  buildVideo,
  CLIP_SHA256,
  FakeMediaPort,
} from '../../helpers/export-fakes.ts';
import { DOWNLOAD, exporterFor, MASK_KINDS } from '../../helpers/export-worker.ts';
import { MemoryExportFiles } from '../../helpers/memory-export-files.ts';

const noProgress = () => {};
const PROJECT = { format: { kind: 'project' } } as const;

let files: MemoryExportFiles;

beforeEach(() => {
  files = new MemoryExportFiles();
});

function sink() {
  const last = files.sinks.at(-1);
  if (last === undefined) throw new Error('no file was opened');
  return last;
}

describe('a long clip', () => {
  const FRAMES = 10_000;
  const video = buildVideo({ width: 64, height: 48, frameCount: FRAMES });
  const request: ExportRequest = buildRequest({ video, summaries: [], prompts: [] });

  /** Two masks that move with the frame; about 200 bytes of runs each. */
  function movingMasks(frame: FrameIndex): FrameMask[] {
    const x = frame % 40;
    return [
      { objectId: objectId(1), frame, mask: boxMask(video, [x, 4, x + 20, 40]) },
      { objectId: objectId(2), frame, mask: boxMask(video, [50 - x, 0, 64, 20]) },
    ];
  }

  test.each(MASK_KINDS)(
    '%s of 10 000 frames holds one batch of frames and one block of output',
    async (kind) => {
      const media = new FakeMediaPort(movingMasks);
      files.keepsBytes = false;
      let heapBytes = 0;
      media.onRequest = () => {
        heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
      };
      let fetchedWhileStuck = 0;
      files.onWrite = async () => {
        const fetched = media.requestedFrames;
        await new Promise((resolve) => setTimeout(resolve, 20));
        fetchedWhileStuck = Math.max(fetchedWhileStuck, media.requestedFrames - fetched);
      };
      const before = process.memoryUsage().heapUsed;
      const exporter = await exporterFor(media, { files });
      const { frames, bytes } = await exporter.exportFile(
        { ...request, format: { kind } },
        DOWNLOAD,
        noProgress,
      );
      expect(frames).toBe(FRAMES);
      expect(media.maxBatchFrames).toBe(16);
      expect(fetchedWhileStuck).toBeLessThanOrEqual(16);
      expect(bytes).toBeGreaterThan(FRAMES * 100);
      expect(
        sink()
          .writeBytes.slice(0, -1)
          .every((size) => size === 4 << 20),
      ).toBe(true);
      expect(heapBytes - before).toBeLessThan(100 << 20);
    },
    60_000,
  );

  test('imports again in batches, all masks once', async () => {
    const exporter = await exporterFor(new FakeMediaPort(movingMasks), { files });
    const { file } = await exporter.exportFile({ ...request, ...PROJECT }, DOWNLOAD, noProgress);
    const stage = new FakeMediaPort();
    const importer = await exporterFor(stage, { files });
    const outcome = await importer.importFile(
      {
        name: 'masks',
        files: [{ file: file ?? new File([], ''), path: 'masks' }],
        video,
        videoSha256: CLIP_SHA256,
      },
      noProgress,
    );
    expect(outcome.summaries).toHaveLength(2 * FRAMES);
    expect(Math.max(...stage.puts.map((put) => put.length))).toBeLessThanOrEqual(64);
    expect(stage.puts.flat()).toHaveLength(2 * FRAMES);
    const last = frameIndex(FRAMES - 1);
    expect(await stage.maskOf(objectId(2), last)).toEqual(movingMasks(last)[1]?.mask);
  }, 60_000);
});
